package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.v1.EdgeFact;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import io.anabranch.graph.v1.NodeFact;
import io.anabranch.learn.history.EventLog;
import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.serve.ingest.EventSink;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelLog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.train.LiveGraph;
import io.anabranch.serve.train.PastEvents;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The links in memory: tests say what the topics hold. */
@Singleton
public final class MemoryLinks implements Links, EventSink {

    private final MemoryModelLog log = new MemoryModelLog();
    private final GraphFeed graph = new GraphFeed(3, Runnable::run);
    private final List<GraphEvent> events = new ArrayList<>();
    private final ProcessorFeed processors = new ProcessorFeed();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private final EventLog past = new EventLog();
    private volatile List<String> pending = List.of();
    private volatile long graphEnd;
    private volatile long graphPosition;
    private boolean holding;
    private long offset;
    private @Nullable EmbeddingFeed embeddings;

    @Override
    public void open(ModelRegistry registry, EmbeddingView view, ProgressView progress, FreshnessMeter freshness) {
        log.feed(registry);
        embeddings = new EmbeddingFeed(view, progress, registry, freshness, Clock.systemUTC());
    }

    public void pending(List<String> lines) {
        pending = lines;
    }

    private synchronized void embed(EmbeddingKey key, @Nullable EmbeddingRecord record) {
        try {
            Objects.requireNonNull(embeddings)
                    .accept(key.toByteArray(), record == null ? null : record.toByteArray(), 0, offset++, true);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    public void vertex(long version, String id, float... values) {
        Embedding.Builder embedding = Embedding.newBuilder()
                .setFreshness(Freshness.newBuilder().setEventTimeMs(77).setPosition(5));
        for (float value : values) {
            embedding.addVector(value);
        }
        embed(
                EmbeddingKey.newBuilder()
                        .setModelVersion(version)
                        .setVertexId(id)
                        .build(),
                EmbeddingRecord.newBuilder().setEpoch(1).setEmbedding(embedding).build());
    }

    public void gone(long version, String id) {
        embed(EmbeddingKey.newBuilder().setModelVersion(version).setVertexId(id).build(), null);
    }

    public void cover(long version) {
        embed(
                EmbeddingKey.newBuilder()
                        .setModelVersion(version)
                        .setPartition(0)
                        .build(),
                EmbeddingRecord.newBuilder()
                        .setEpoch(1)
                        .setCoverage(Coverage.newBuilder().setPartitions(1))
                        .build());
    }

    /** All embeddings reflect the events below this offset of events partition 0. */
    public void progress(long next) {
        embed(
                EmbeddingKey.newBuilder().setProgressPartition(0).build(),
                EmbeddingRecord.newBuilder()
                        .setEpoch(1)
                        .setProgress(Progress.newBuilder().addPositions(next))
                        .build());
    }

    /** Whether there is a fact that the replica of the graph has yet to read. */
    public void graphBehind(boolean behind) {
        if (behind) {
            graphEnd = graphPosition + 1;
        } else {
            graphPosition = graphEnd;
        }
    }

    private void fact(FactKey key, @Nullable FactRecord record) {
        try {
            graph.accept(key.toByteArray(), record == null ? null : record.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    public void node(String id, String className, float... features) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : features) {
            row.addValues(value);
        }
        fact(
                FactKey.newBuilder().setNodeId(id).build(),
                FactRecord.newBuilder()
                        .setNode(NodeFact.newBuilder()
                                .setFeatures(Features.newBuilder().setDense(row)))
                        .build());
        fact(
                label(id),
                FactRecord.newBuilder()
                        .setLabel(Label.newBuilder().setTask("class").setClassName(className))
                        .build());
    }

    private static FactKey label(String id) {
        return FactKey.newBuilder()
                .setLabel(LabelKey.newBuilder().setNodeId(id).setTask("class"))
                .build();
    }

    public void edge(String source, String target) {
        edge(source, target, Provenance.PROVENANCE_OBSERVED, 0);
    }

    public void edge(String source, String target, Provenance provenance, long eventTimeMs) {
        fact(
                FactKey.newBuilder()
                        .setEdge(EdgeKey.newBuilder().setSource(source).setTarget(target))
                        .build(),
                FactRecord.newBuilder()
                        .setEventTimeMs(eventTimeMs)
                        .setEdge(EdgeFact.newBuilder().setWeight(1).setProvenance(provenance))
                        .build());
    }

    /** Takes events but does not acknowledge them until released. */
    public synchronized void hold() {
        holding = true;
    }

    public void release() {
        List<Runnable> acknowledgements;
        synchronized (this) {
            holding = false;
            acknowledgements = List.copyOf(held);
            held.clear();
        }
        acknowledgements.forEach(Runnable::run);
    }

    public synchronized List<GraphEvent> published() {
        return List.copyOf(events);
    }

    @Override
    public CompletableFuture<EventPosition> send(GraphEvent event) {
        CompletableFuture<EventPosition> result = new CompletableFuture<>();
        EventPosition position;
        synchronized (this) {
            events.add(event);
            position = new EventPosition(3, events.size());
            if (holding) {
                held.add(() -> result.complete(position));
                return result;
            }
        }
        result.complete(position);
        return result;
    }

    @Override
    public ModelLog models() {
        return log;
    }

    @Override
    public EventSink events() {
        return this;
    }

    @Override
    public LiveGraph graph() {
        return graph;
    }

    @Override
    public List<String> servingPending() {
        return pending;
    }

    @Override
    public List<String> trainingPending() {
        return pending;
    }

    @Override
    public boolean modelsCaughtUp() {
        return true;
    }

    @Override
    public List<String> dead() {
        return List.of();
    }

    @Override
    public List<TopicSize> topics() {
        return List.of(new TopicSize("anabranch.events", 4, 12, 0));
    }

    @Override
    public PastEvents pastEvents() {
        return check -> past;
    }

    @Override
    public CompletableFuture<long[]> eventEnds() {
        return CompletableFuture.completedFuture(new long[] {1_000});
    }

    @Override
    public CompletableFuture<long[]> graphEnds() {
        return CompletableFuture.completedFuture(new long[] {graphEnd});
    }

    @Override
    public long[] graphPositions() {
        return new long[] {graphPosition};
    }

    @Override
    public long deadLetters() {
        return 2;
    }

    @Override
    public List<ProcessorReport> processors() {
        return processors.latest();
    }

    /** A record of the topic of the stream processors' reports. */
    public void processor(ProcessorReport report) {
        try {
            processors.accept(report.getInstanceId().getBytes(StandardCharsets.UTF_8), report.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {}
}
