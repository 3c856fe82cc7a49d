package io.anabranch.serve.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.Coverage;
import io.anabranch.embedding.v1.Embedding;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.embedding.v1.Progress;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.Label;
import io.anabranch.graph.testkit.ByteMutations;
import io.anabranch.graph.v1.EdgeFact;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import io.anabranch.graph.v1.NodeFact;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.processor.v1.Restore;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.MemoryModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRecord;
import io.anabranch.serve.registry.ModelRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Records that no stream processor writes: valid ones with bytes flipped, cut, left out or repeated, in key or value, and bytes without sense. A
 * feed takes each or refuses it; anything else would end its thread, and with it the server. {@code -Dfuzz.records=1000000 -Dtest.seed=7} sends
 * more, or others.
 */
@NullUnmarked
class RecordFuzzTest {

    private static final int RECORDS = Integer.getInteger("fuzz.records", 20_000);
    private static final long SEED = Long.getLong("test.seed", 20261130);

    private record Sample(byte[] key, byte[] value) {}

    private interface Feed {
        void accept(byte[] key, byte @Nullable [] value, int index) throws InvalidProtocolBufferException;
    }

    private static void fuzz(List<Sample> samples, Feed feed) {
        RandomGenerator random = new SplittableRandom(SEED);
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < RECORDS; i++) {
            Sample sample = samples.get(random.nextInt(samples.size()));
            byte[] key = random.nextInt(3) == 0 ? spoiled(sample.key(), random) : sample.key();
            byte[] value = random.nextInt(20) == 0 ? null : spoiled(sample.value(), random);
            try {
                feed.accept(key, value, i);
                taken++;
            } catch (InvalidProtocolBufferException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "Record %d of seed %d: key %s, value %s"
                                .formatted(
                                        i,
                                        SEED,
                                        HexFormat.of().formatHex(key),
                                        value == null ? "none" : HexFormat.of().formatHex(value)),
                        e);
            }
        }
        assertThat(taken).isGreaterThan(RECORDS / 20);
        assertThat(refused).isGreaterThan(RECORDS / 20);
    }

    private static byte[] spoiled(byte[] valid, RandomGenerator random) {
        return switch (random.nextInt(8)) {
            case 0 -> ByteMutations.random(random);
            case 1 -> valid;
            default -> ByteMutations.of(valid, random);
        };
    }

    @Test
    void theFeedOfTheStreamProcessorsTakesOrRefuses() {
        ProcessorFeed feed = new ProcessorFeed();
        fuzz(
                List.of(new Sample(
                        "pod-1".getBytes(StandardCharsets.UTF_8),
                        ProcessorReport.newBuilder()
                                .setInstanceId("pod-1")
                                .setState(ProcessorState.PROCESSOR_STATE_RESTORING)
                                .setReportedMs(7)
                                .addPending("Partition 3 is restored.")
                                .addActivePartitions(3)
                                .addRestoring(Restore.newBuilder()
                                        .setTopic("changelog")
                                        .setPartition(3)
                                        .setTotal(9))
                                .build()
                                .toByteArray())),
                (key, value, index) -> feed.accept(key, value));
        assertThat(feed.latest()).allMatch(report -> !report.getInstanceId().isEmpty());
    }

    @Test
    void theFeedOfEmbeddingsTakesOrRefuses() {
        ModelRegistry registry = new ModelRegistry(new CoverageTable(4));
        MemoryModelLog log = new MemoryModelLog();
        log.feed(registry);
        long version = new ModelPublisher(registry, log, 100, Duration.ofSeconds(1), () -> true)
                .publish(TestModels.imported("m"))
                .version();
        EmbeddingFeed feed = new EmbeddingFeed(
                new EmbeddingView(),
                new ProgressView(4),
                registry,
                new FreshnessMeter(new SimpleMeterRegistry()),
                Clock.systemUTC());
        fuzz(
                List.of(
                        new Sample(
                                EmbeddingKey.newBuilder()
                                        .setModelVersion(version)
                                        .setVertexId("vertex")
                                        .build()
                                        .toByteArray(),
                                EmbeddingRecord.newBuilder()
                                        .setEpoch(3)
                                        .setEmbedding(Embedding.newBuilder()
                                                .addVector(1)
                                                .addVector(-2)
                                                .setFreshness(Freshness.newBuilder()
                                                        .setEventTimeMs(7)
                                                        .setAcceptedTimeMs(8)
                                                        .setSentTimeMs(9)
                                                        .setPartition(1)
                                                        .setPosition(5)))
                                        .build()
                                        .toByteArray()),
                        new Sample(
                                EmbeddingKey.newBuilder()
                                        .setModelVersion(version)
                                        .setPartition(3)
                                        .build()
                                        .toByteArray(),
                                EmbeddingRecord.newBuilder()
                                        .setEpoch(3)
                                        .setCoverage(Coverage.newBuilder().setPartitions(4))
                                        .build()
                                        .toByteArray()),
                        // The greatest number that the wire has.
                        new Sample(
                                EmbeddingKey.newBuilder()
                                        .setModelVersion(version)
                                        .setPartition(-1)
                                        .build()
                                        .toByteArray(),
                                EmbeddingRecord.newBuilder()
                                        .setEpoch(3)
                                        .setCoverage(Coverage.newBuilder().setPartitions(4))
                                        .build()
                                        .toByteArray()),
                        new Sample(
                                EmbeddingKey.newBuilder()
                                        .setProgressPartition(-1)
                                        .build()
                                        .toByteArray(),
                                EmbeddingRecord.newBuilder()
                                        .setEpoch(3)
                                        .setProgress(Progress.newBuilder().addAllPositions(List.of(10L, 20L, 30L, 40L)))
                                        .build()
                                        .toByteArray()),
                        new Sample(
                                EmbeddingKey.newBuilder()
                                        .setProgressPartition(2)
                                        .build()
                                        .toByteArray(),
                                EmbeddingRecord.newBuilder()
                                        .setEpoch(3)
                                        .setProgress(Progress.newBuilder().addAllPositions(List.of(10L, 20L, 30L, 40L)))
                                        .build()
                                        .toByteArray())),
                (key, value, index) -> feed.accept(key, value, index % 4, index, true));
    }

    @Test
    void theFeedOfTheGraphTakesOrRefuses() {
        GraphFeed feed = new GraphFeed(3, Runnable::run);
        fuzz(
                List.of(
                        new Sample(
                                FactKey.newBuilder().setNodeId("vertex").build().toByteArray(),
                                FactRecord.newBuilder()
                                        .setNode(NodeFact.newBuilder()
                                                .setType("account")
                                                .setFeatures(Features.newBuilder()
                                                        .setDense(DenseFeatures.newBuilder()
                                                                .addAllValues(List.of(1f, 2f, 3f)))))
                                        .build()
                                        .toByteArray()),
                        new Sample(
                                FactKey.newBuilder()
                                        .setEdge(EdgeKey.newBuilder()
                                                .setSource("vertex")
                                                .setTarget("other")
                                                .setType("pays"))
                                        .build()
                                        .toByteArray(),
                                FactRecord.newBuilder()
                                        .setEdge(EdgeFact.newBuilder().setWeight(1))
                                        .build()
                                        .toByteArray()),
                        new Sample(
                                FactKey.newBuilder()
                                        .setLabel(LabelKey.newBuilder()
                                                .setNodeId("vertex")
                                                .setTask("class"))
                                        .build()
                                        .toByteArray(),
                                FactRecord.newBuilder()
                                        .setLabel(Label.newBuilder()
                                                .setTask("class")
                                                .setClassName("a"))
                                        .build()
                                        .toByteArray())),
                (key, value, index) -> feed.accept(key, value));
    }

    @Test
    void theFeedOfModelsTakesOrRefuses() {
        ModelRegistry written = new ModelRegistry(new CoverageTable(4));
        MemoryModelLog log = new MemoryModelLog();
        log.feed(written);
        ModelPublisher publisher = new ModelPublisher(written, log, 100, Duration.ofSeconds(1), () -> true);
        long retired = publisher.publish(TestModels.imported("m")).version();
        publisher.publish(TestModels.imported("m"));
        publisher.retire("m", retired);
        ModelRegistry registry = new ModelRegistry(new CoverageTable(4));
        ModelFeed feed = new ModelFeed(registry);
        List<Sample> samples = new ArrayList<>();
        for (ModelRecord record : log.records()) {
            if (record.value() != null) {
                byte[] value = record.value().toByteArray();
                samples.add(new Sample(record.key().toByteArray(), value));
                if (record.key().hasChunk()) {
                    // An index that is not 0 has bytes that can be spoiled.
                    ModelKey.Builder foreign = record.key().toBuilder();
                    foreign.getChunkBuilder().setIndex(1);
                    samples.add(new Sample(foreign.build().toByteArray(), value));
                }
            }
        }
        fuzz(samples, (key, value, index) -> feed.accept(new ConsumerRecord<>("models", 0, index, key, value), true));
        assertThat(registry.catalog().versions()).isNotEmpty();
    }
}
