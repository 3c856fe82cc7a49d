package io.anabranch.stream;

import io.anabranch.stream.ingest.RejectionReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The stream processor's meters, all under {@code anabranch.}. They count what was done, also what an aborted transaction
 * took back: after a crash the counters are ahead of the topics. Any thread.
 */
final class StreamMetrics {

    /** What has happened to an event; measured from its acceptance by Kafka. */
    enum Stage {
        /** Its updates were handed to the partitions. */
        INGESTED,
        /** An update of it has changed the registers of its partition. */
        APPLIED,
        /** An embedding that it changed was sent; not yet committed. */
        SENT
    }

    private static final Duration[] STAGE_BUCKETS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final Counter accepted;
    private final Map<RejectionReason, Counter> rejected = new EnumMap<>(RejectionReason.class);
    private final Counter updatesRouted;
    private final Counter updatesApplied;
    private final Counter haloReceived;
    private final Counter haloSent;
    private final Counter embeddings;
    private final Counter embeddingTombstones;
    private final Counter facts;
    private final Timer batchDuration;
    private final DistributionSummary batchRecords;
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
    private final Counter modelsRejected;
    private final Counter threadsReplaced;
    private final Counter restored;
    private final Gauge liveModelsGauge;
    private final Gauge restoreRemainingGauge;
    private final AtomicLong restoreRemaining = new AtomicLong();
    private final AtomicInteger liveModels = new AtomicInteger();
    private final Map<Integer, PartitionMeters> partitions = new ConcurrentHashMap<>();

    StreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        accepted = counter("events.accepted", "Events taken by ingest");
        for (RejectionReason reason : RejectionReason.values()) {
            rejected.put(
                    reason,
                    Counter.builder("anabranch.events.rejected")
                            .description("Events sent to the dead letters")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        updatesRouted = counter("updates.routed", "Normalised updates written by ingest");
        updatesApplied = counter("updates.applied", "Updates applied by partitions");
        haloReceived = counter("halo.received", "Halo records read by partitions");
        haloSent = counter("halo.sent", "Halo records sent by partitions");
        embeddings = counter("embeddings.sent", "Embeddings sent");
        embeddingTombstones = counter("embeddings.tombstones", "Embeddings taken back");
        facts = counter("graph.facts", "Changed facts written to the graph topic");
        batchDuration = Timer.builder("anabranch.batch.duration")
                .description("Time of one propagation batch")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        batchRecords = DistributionSummary.builder("anabranch.batch.records")
                .description("Input records of one propagation batch")
                .register(registry);
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    Timer.builder("anabranch.freshness.stage")
                            .description("From event accepted by Kafka to the end of the stage")
                            .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(STAGE_BUCKETS)
                            .register(registry));
        }
        modelsRejected = counter("models.rejected", "Models that could not be used");
        threadsReplaced = counter("threads.replaced", "Stream threads that failed and were replaced");
        restored = counter("state.restored", "Records of state restored from Kafka");
        restoreRemainingGauge = Gauge.builder("anabranch.state.restore.remaining", restoreRemaining, AtomicLong::get)
                .description("Records of state still to be restored from Kafka; 0 when nothing is being restored")
                .strongReference(true)
                .register(registry);
        liveModelsGauge = Gauge.builder("anabranch.models.live", liveModels, AtomicInteger::get)
                .description("Model versions for which embeddings are kept")
                .strongReference(true)
                .register(registry);
    }

    /** Counts for nobody. */
    static StreamMetrics none() {
        return new StreamMetrics(new CompositeMeterRegistry());
    }

    private Counter counter(String name, String description) {
        return Counter.builder("anabranch." + name).description(description).register(registry);
    }

    void accepted(int updates) {
        accepted.increment();
        updatesRouted.increment(updates);
    }

    void rejected(RejectionReason reason) {
        Counter counter = rejected.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    void updatesApplied(int count) {
        updatesApplied.increment(count);
    }

    void haloReceived() {
        haloReceived.increment();
    }

    void haloSent() {
        haloSent.increment();
    }

    void embeddingSent(boolean tombstone) {
        (tombstone ? embeddingTombstones : embeddings).increment();
    }

    void factChanged() {
        facts.increment();
    }

    void batch(Duration duration, int records) {
        batchDuration.record(duration);
        batchRecords.record(records);
    }

    /** An event, or the oldest of several, has come to the end of a stage, so long after it was accepted. */
    void passed(Stage stage, long millis) {
        Timer timer = stages.get(stage);
        if (timer != null) {
            timer.record(Duration.ofMillis(Math.max(0, millis)));
        }
    }

    void modelRejected() {
        modelsRejected.increment();
    }

    void liveModels(int count) {
        liveModels.set(count);
    }

    void threadReplaced() {
        threadsReplaced.increment();
    }

    void restoreRemaining(long records) {
        restoreRemaining.set(records);
    }

    void restored(long records) {
        restored.increment(records);
    }

    /** The meters of one partition; the same object for every life of its task. */
    PartitionMeters partition(int partition) {
        return partitions.computeIfAbsent(partition, number -> new PartitionMeters(registry, number));
    }

    /** Removes the gauges, which look at this runtime; the counters stay and go on with the next. */
    void close() {
        registry.remove(liveModelsGauge);
        registry.remove(restoreRemainingGauge);
        partitions.values().forEach(meters -> meters.remove(registry));
    }
}
