package io.anabranch.serve.feed;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.serve.ingest.EventSink;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.ModelLog;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.train.LiveGraph;
import io.anabranch.serve.train.PastEvents;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The links over Kafka: five feeds, two producers, a watch over the topics' sizes. Needs no container. */
public final class KafkaLinks implements Links {

    private static final String NOT_STARTED = "the feeds are not started (anabranch.server.enabled)";

    private final KafkaAccess kafka;
    private final Topics topics;
    private final int partitions;
    private final MeterRegistry meters;
    private final Clock clock;
    private final KafkaModelLog modelLog;
    private final KafkaEventSink eventSink;
    private final ExecutorService searches = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("anabranch-shared-sums").factory());
    private final GraphFeed graph;
    private final TopicSizes sizes;
    private final TopicEnds eventEnds;
    private final TopicEnds graphEnds;
    private final AtomicLong deadLetters = new AtomicLong();
    private final ProcessorFeed processors = new ProcessorFeed();
    private volatile @Nullable Feeds feeds;

    private record Feeds(
            TopicFeed models, TopicFeed embeddings, TopicFeed graph, TopicFeed deadLetters, TopicFeed processors) {
        List<TopicFeed> all() {
            return List.of(models, embeddings, graph, deadLetters, processors);
        }
    }

    /** Without traces. */
    public KafkaLinks(
            KafkaAccess kafka, Topics topics, int partitions, int featureDimension, MeterRegistry meters, Clock clock) {
        this(kafka, topics, partitions, featureDimension, meters, TextMapPropagator.noop(), clock);
    }

    /** @param traces writes the trace of who publishes an event into the event's record */
    public KafkaLinks(
            KafkaAccess kafka,
            Topics topics,
            int partitions,
            int featureDimension,
            MeterRegistry meters,
            TextMapPropagator traces,
            Clock clock) {
        this.kafka = kafka;
        this.topics = topics;
        this.partitions = partitions;
        this.meters = meters;
        this.clock = clock;
        this.modelLog = new KafkaModelLog(kafka, topics);
        this.eventSink = new KafkaEventSink(kafka, topics, traces);
        this.graph = new GraphFeed(featureDimension, searches);
        this.sizes = new TopicSizes(kafka, topics);
        this.eventEnds = new TopicEnds(kafka, topics.events(), partitions);
        this.graphEnds = new TopicEnds(kafka, topics.graph(), partitions);
    }

    @Override
    public void open(ModelRegistry registry, EmbeddingView view, ProgressView progress, FreshnessMeter freshness) {
        Feeds opened = new Feeds(
                feed(topics.models(), 1, new ModelFeed(registry)),
                feed(topics.embeddings(), partitions, new EmbeddingFeed(view, progress, registry, freshness, clock)),
                feed(topics.graph(), partitions, graph),
                // Counted record by record: offsets would count the markers of transactions too.
                feed(topics.deadLetters(), 1, (record, live) -> deadLetters.incrementAndGet()),
                feed(topics.processors(), 1, processors));
        Gauge.builder("anabranch.dead.letters", deadLetters::get)
                .description("Events rejected so far")
                .register(meters);
        Gauge.builder("anabranch.replica.vertices", graph::vertices)
                .description("Nodes of the trainer's replica")
                .register(meters);
        Gauge.builder("anabranch.replica.edges", graph::edges)
                .description("Edges of the trainer's replica")
                .register(meters);
        SharingMeters.register(meters, graph.kept());
        feeds = opened;
        opened.all().forEach(TopicFeed::start);
        sizes.start();
    }

    private TopicFeed feed(String topic, int count, RecordTarget target) {
        return new TopicFeed(kafka, topic, count, target, meters);
    }

    @Override
    public ModelLog models() {
        return modelLog;
    }

    @Override
    public EventSink events() {
        return eventSink;
    }

    @Override
    public LiveGraph graph() {
        return graph;
    }

    @Override
    public PastEvents pastEvents() {
        return new UpdateReader(kafka, topics.updates(), partitions);
    }

    @Override
    public List<String> servingPending() {
        Feeds open = feeds;
        return open == null ? List.of(NOT_STARTED) : pending(open.models(), open.embeddings());
    }

    @Override
    public List<String> trainingPending() {
        Feeds open = feeds;
        return open == null ? List.of(NOT_STARTED) : pending(open.models(), open.graph());
    }

    private static List<String> pending(TopicFeed one, TopicFeed other) {
        if (one.caughtUp() && other.caughtUp()) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        Stream.of(one.pending(), other.pending()).forEach(line -> {
            if (line != null) {
                lines.add(line);
            }
        });
        return lines;
    }

    @Override
    public boolean modelsCaughtUp() {
        Feeds open = feeds;
        return open != null && open.models().caughtUp();
    }

    @Override
    public List<String> dead() {
        Feeds open = feeds;
        return open == null
                ? List.of()
                : open.all().stream()
                        .filter(feed -> !feed.alive())
                        .map(feed -> "the feed of topic %s has died".formatted(feed.topic()))
                        .toList();
    }

    @Override
    public List<TopicSize> topics() {
        Feeds open = feeds;
        return sizes.latest().stream()
                .map(size -> new TopicSize(size.topic(), size.partitions(), size.records(), lag(open, size.topic())))
                .toList();
    }

    private static long lag(@Nullable Feeds open, String topic) {
        if (open == null) {
            return 0;
        }
        return open.all().stream()
                .filter(feed -> feed.topic().equals(topic))
                .mapToLong(TopicFeed::lag)
                .sum();
    }

    @Override
    public CompletableFuture<long[]> eventEnds() {
        return eventEnds.ask();
    }

    @Override
    public CompletableFuture<long[]> graphEnds() {
        return graphEnds.ask();
    }

    @Override
    public long[] graphPositions() {
        Feeds open = feeds;
        return open == null ? new long[0] : open.graph().positions();
    }

    @Override
    public long deadLetters() {
        return deadLetters.get();
    }

    @Override
    public List<ProcessorReport> processors() {
        return processors.latest();
    }

    @Override
    public void close() {
        Feeds open = feeds;
        if (open != null) {
            open.all().forEach(TopicFeed::stop);
            open.all().forEach(TopicFeed::close);
        }
        searches.shutdownNow();
        sizes.close();
        eventEnds.close();
        graphEnds.close();
        eventSink.close();
        modelLog.close();
    }
}
