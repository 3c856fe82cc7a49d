package io.anabranch.standalone.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.v1.EdgeFact;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import io.anabranch.graph.v1.NodeFact;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.update.v1.UpdateRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what a faultless system would write for a list of drafts, in one go: the verifier's subject in its own tests. */
final class IdealSystem {

    static final int PARTITIONS = 3;
    private static final long EPOCH = 5;

    private final Ledger ledger = new Ledger();
    private final Recording recording = Recording.empty();

    private final long latenessMs;
    private final long[] clocks = new long[PARTITIONS];
    private int updates;
    private int letters;

    private IdealSystem(long latenessMs) {
        this.latenessMs = latenessMs;
    }

    /** @param latenessMs how late a fact may be, or {@link LateUpdates#ANY} */
    static IdealSystem of(List<Draft> drafts, List<ModelSnapshot> models, long latenessMs) {
        IdealSystem system = new IdealSystem(latenessMs);
        GraphFold fold = new GraphFold(EventMix.DIMENSION);
        // Values that others replace, for controls that bring them back.
        drafts.subList(0, drafts.size() / 2).forEach(draft -> system.take(draft, fold));
        system.publish(system.folded(fold), models);
        drafts.subList(drafts.size() / 2, drafts.size()).forEach(draft -> system.take(draft, fold));
        models.forEach(system::model);
        system.publish(system.folded(fold), models);
        return system;
    }

    private FoldedGraph folded(GraphFold fold) {
        return fold.result().with(HistoryFold.of(recording.updates(), latenessMs, PARTITIONS));
    }

    Ledger ledger() {
        return ledger;
    }

    Recording recording() {
        return recording;
    }

    private void take(Draft draft, GraphFold fold) {
        int partition = draft.partition(PARTITIONS);
        int number = ledger.sending(draft, partition);
        long offset = number * 2L;
        long timestamp = 1_700_000_000_000L + number;
        ledger.acknowledged(number, offset);
        ByteString value = ByteString.copyFrom(draft.value());
        recording.add(
                "events",
                new LogRecord(
                        partition,
                        offset,
                        timestamp,
                        null,
                        value,
                        Map.of(Ledger.NUMBER_HEADER, Integer.toString(number))));
        GraphEvent event = draft.event();
        String reason = draft.rejection();
        if (event != null) {
            update(event, timestamp, fold);
        } else if (reason != null) {
            recording.add(
                    "dead-letters",
                    new LogRecord(
                            0, offset, timestamp, null, value, letter(reason, "ideal.events", partition, offset)));
        }
    }

    private static Map<String, String> letter(String reason, String topic, int partition, long offset) {
        return Map.of(
                "anabranch.reason",
                reason,
                "__streams.errors.topic",
                topic,
                "__streams.errors.partition",
                Integer.toString(partition),
                "__streams.errors.offset",
                Long.toString(offset));
    }

    /** Facts that were refused as late. */
    int letters() {
        return letters;
    }

    private void update(GraphEvent original, long timestamp, GraphFold fold) {
        GraphEvent event = original.hasEventTimeMs()
                ? original
                : original.toBuilder().setEventTimeMs(timestamp).build();
        for (Facts.Fact fact : Facts.of(event)) {
            if (update(fact, UpdateRecord.newBuilder().setFact(fact.event()).build(), timestamp)) {
                fold.write(fact.event(), timestamp);
            }
        }
        for (Facts.Fact step : Facts.steps(event, PARTITIONS)) {
            update(step, UpdateRecord.newBuilder().setSourceStep(step.event()).build(), timestamp);
        }
    }

    /** Returns whether it is in time. */
    private boolean update(Facts.Fact fact, UpdateRecord update, long timestamp) {
        int owner = Owners.of(fact.vertex(), PARTITIONS);
        updates++;
        long time = fact.event().getEventTimeMs();
        boolean late =
                fact.event().hasEventTimeMs() && latenessMs != LateUpdates.ANY && time < clocks[owner] - latenessMs;
        if (late) {
            letters++;
            recording.add(
                    "dead-letters",
                    new LogRecord(
                            0,
                            0,
                            timestamp,
                            null,
                            fact.event().toByteString(),
                            letter("LATE", "ideal.updates", owner, updates)));
        } else {
            clocks[owner] = Math.max(clocks[owner], time);
        }
        recording.add(
                "updates",
                new LogRecord(
                        owner,
                        updates,
                        timestamp,
                        ByteString.copyFrom(fact.vertex(), UTF_8),
                        update.toByteString(),
                        Map.of()));
        return !late;
    }

    private void model(ModelSnapshot model) {
        ChunkKey chunk = ChunkKey.newBuilder().setVersion(model.getVersion()).build();
        models(
                ModelKey.newBuilder().setChunk(chunk).build(),
                ModelChunk.newBuilder().setData(model.toByteString()).build().toByteString());
        models(
                ModelKey.newBuilder().setManifest(model.getVersion()).build(),
                ModelManifest.newBuilder()
                        .setVersion(model.getVersion())
                        .setChunks(1)
                        .build()
                        .toByteString());
    }

    private void models(ModelKey key, ByteString value) {
        recording.add("models", new LogRecord(0, 0, 0, key.toByteString(), value, Map.of()));
    }

    private void publish(FoldedGraph graph, List<ModelSnapshot> models) {
        Map<ByteString, Boolean> published = new HashMap<>();
        recording.graph().forEachLive((key, live) -> published.put(key, true));
        recording.embeddings().forEachLive((key, live) -> published.put(key, true));
        graph.nodes()
                .forEach((id, node) -> fact(
                        id,
                        FactKey.newBuilder().setNodeId(id),
                        FactRecord.newBuilder()
                                .setEventTimeMs(node.time())
                                .setNode(NodeFact.newBuilder()
                                        .setType(node.type())
                                        .setFeatures(Features.newBuilder()
                                                .setDense(DenseFeatures.newBuilder()
                                                        .addAllValues(node.row())))),
                        published));
        graph.edges()
                .forEach((name, edge) -> fact(
                        name.target(),
                        FactKey.newBuilder()
                                .setEdge(EdgeKey.newBuilder()
                                        .setSource(name.source())
                                        .setTarget(name.target())
                                        .setType(name.type())),
                        FactRecord.newBuilder().setEventTimeMs(edge.time()).setEdge(edge(edge)),
                        published));
        graph.labels()
                .forEach((name, label) -> fact(
                        name.node(),
                        FactKey.newBuilder()
                                .setLabel(LabelKey.newBuilder()
                                        .setNodeId(name.node())
                                        .setTask(name.task())),
                        FactRecord.newBuilder().setEventTimeMs(label.time()).setLabel(label.label()),
                        published));
        models.forEach(model -> embeddings(model, graph, published));
        progress(published);
        List.copyOf(published.keySet()).forEach(this::bury);
    }

    private static EdgeFact.Builder edge(FoldedGraph.Edge edge) {
        EdgeFact.Builder fact = EdgeFact.newBuilder()
                .setWeight(edge.weight())
                .setProvenance(edge.learned() ? Provenance.PROVENANCE_LEARNED : Provenance.PROVENANCE_OBSERVED);
        return edge.expiry() == FoldedGraph.Edge.NEVER ? fact : fact.setExpiryMs(edge.expiry());
    }

    private void fact(String owner, FactKey.Builder key, FactRecord.Builder fact, Map<ByteString, Boolean> published) {
        ByteString name = key.build().toByteString();
        published.remove(name);
        recording.graph().put(Owners.of(owner, PARTITIONS), name, fact.build().toByteString());
    }

    private void embeddings(ModelSnapshot model, FoldedGraph graph, Map<ByteString, Boolean> published) {
        new DoubleForward(model, graph).embeddings().forEach((vertex, row) -> {
            Embedding.Builder embedding = Embedding.newBuilder();
            for (double x : row) {
                embedding.addVector((float) x);
            }
            ByteString key = EmbeddingKey.newBuilder()
                    .setModelVersion(model.getVersion())
                    .setVertexId(vertex)
                    .build()
                    .toByteString();
            published.remove(key);
            recording
                    .embeddings()
                    .put(
                            Owners.of(vertex, PARTITIONS),
                            key,
                            EmbeddingRecord.newBuilder()
                                    .setEpoch(EPOCH)
                                    .setEmbedding(embedding)
                                    .build()
                                    .toByteString());
        });
        for (int p = 0; p < PARTITIONS; p++) {
            ByteString key = EmbeddingKey.newBuilder()
                    .setModelVersion(model.getVersion())
                    .setPartition(p)
                    .build()
                    .toByteString();
            published.remove(key);
            recording
                    .embeddings()
                    .put(
                            p,
                            key,
                            EmbeddingRecord.newBuilder()
                                    .setEpoch(EPOCH)
                                    .setCoverage(Coverage.newBuilder().setPartitions(PARTITIONS))
                                    .build()
                                    .toByteString());
        }
    }

    private void progress(Map<ByteString, Boolean> published) {
        Progress.Builder positions = Progress.newBuilder();
        for (int e = 0; e < PARTITIONS; e++) {
            int partition = e;
            positions.addPositions(recording.events().stream()
                    .filter(event -> event.partition() == partition)
                    .mapToLong(event -> event.offset() + 1)
                    .max()
                    .orElse(0));
        }
        for (int p = 0; p < PARTITIONS; p++) {
            ByteString key =
                    EmbeddingKey.newBuilder().setProgressPartition(p).build().toByteString();
            published.remove(key);
            recording
                    .embeddings()
                    .put(
                            p,
                            key,
                            EmbeddingRecord.newBuilder()
                                    .setEpoch(EPOCH)
                                    .setProgress(positions)
                                    .build()
                                    .toByteString());
        }
    }

    /** A key that lives no more, of whichever topic. */
    private void bury(ByteString key) {
        for (CompactedTopic topic : List.of(recording.graph(), recording.embeddings())) {
            if (topic.has(key)) {
                topic.put(0, key, null);
            }
        }
    }
}
