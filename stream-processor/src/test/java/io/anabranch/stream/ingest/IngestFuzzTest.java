package io.anabranch.stream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Recompute;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.ColumnTimes;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.ByteMutations;
import io.anabranch.stream.ingest.Ingested.Accepted;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.stream.wire.HaloCodec;
import io.anabranch.stream.wire.RegistersPacker;
import io.anabranch.stream.wire.UpdateCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Records that nobody would write on purpose. Ingest answers each with a value; the topics between partitions, which only partitions
 * write, know one refusal. {@code -Dfuzz.records=1000000 -Dtest.seed=7} runs more, or others.
 */
class IngestFuzzTest {

    private static final long TIME = 1_000_000;
    private static final int RECORDS = Integer.getInteger("fuzz.records", 20_000);
    private static final long SEED = Long.getLong("test.seed", 20261130);

    private static List<GraphEvent> events() {
        return List.of(
                GraphEvent.newBuilder()
                        .setEventId("e1")
                        .setEventTimeMs(TIME)
                        .setNodeUpsert(NodeUpsert.newBuilder()
                                .setId("a")
                                .setFeatures(Features.newBuilder()
                                        .setDense(DenseFeatures.newBuilder()
                                                .addValues(1)
                                                .addValues(-2)
                                                .addValues(0.5f))))
                        .build(),
                GraphEvent.newBuilder()
                        .setNodeUpsert(NodeUpsert.newBuilder()
                                .setId("größe")
                                .setFeatures(Features.newBuilder()
                                        .setSparse(SparseFeatures.newBuilder()
                                                .addIndices(2)
                                                .addValues(3))))
                        .build(),
                GraphEvent.newBuilder()
                        .setNodePatch(NodePatch.newBuilder()
                                .setId("a")
                                .setColumns(SparseFeatures.newBuilder()
                                        .addIndices(0)
                                        .addValues(1)))
                        .build(),
                GraphEvent.newBuilder()
                        .setEdgeUpsert(EdgeUpsert.newBuilder()
                                .setSource("a")
                                .setTarget("b")
                                .setType("pays")
                                .setWeight(2)
                                .setTimeToLiveMs(1000))
                        .build(),
                GraphEvent.newBuilder()
                        .setNodeDelete(NodeDelete.newBuilder().setId("a"))
                        .build(),
                GraphEvent.newBuilder()
                        .setLabelUpsert(LabelUpsert.newBuilder()
                                .setNodeId("a")
                                .setLabel(Label.newBuilder()
                                        .setTask("class")
                                        .setClassSet(ClassSet.newBuilder().addClassNames("x"))))
                        .build(),
                GraphEvent.newBuilder()
                        .setRecompute(Recompute.newBuilder().setNodeId("a"))
                        .build());
    }

    @Test
    void ingestAnswersEveryRecordWithAValue() throws InvalidProtocolBufferException {
        List<byte[]> valid = new ArrayList<>();
        for (GraphEvent event : events()) {
            valid.add(event.toByteArray());
            valid.add(JsonFormat.printer().print(event).getBytes(StandardCharsets.UTF_8));
        }
        EventIngest ingest = new EventIngest(new IngestRules(3, 2_000, Duration.ofSeconds(10), true, false));
        RandomGenerator random = new SplittableRandom(SEED);
        int accepted = 0;
        int rejected = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] record = record(valid, random);
            try {
                switch (ingest.ingest(record, TIME)) {
                    case Accepted updates -> {
                        accepted++;
                        roundTrip(updates);
                    }
                    case Rejected refusal -> {
                        rejected++;
                        assertThat(refusal.detail()).isNotBlank();
                    }
                }
            } catch (RuntimeException | Error e) {
                throw failure(i, record, e);
            }
        }
        assertThat(accepted + rejected).isEqualTo(RECORDS);
        assertThat(accepted).as("some stay right").isGreaterThan(RECORDS / 20);
        assertThat(rejected).as("most do not").isGreaterThan(RECORDS / 4);
    }

    /** What ingest writes, partitions can read. */
    private static void roundTrip(Accepted accepted) {
        for (Update update : accepted.updates()) {
            assertThat(UpdateCodec.decode(UpdateCodec.encode(update.event()))).isNotNull();
        }
    }

    @Test
    void topicsBetweenPartitionsKnowOneRefusal() {
        List<byte[]> valid = new ArrayList<>();
        events().forEach(event -> valid.add(UpdateCodec.encode(event)));
        valid.add(UpdateCodec.encode(new ClockTick(TIME, 2, 17)));
        for (int i = 0; i < 3; i++) {
            valid.add(registers());
        }
        RandomGenerator random = new SplittableRandom(SEED);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < RECORDS; i++) {
            byte[] record = record(valid, random);
            try {
                var unused = UpdateCodec.decode(record);
                read++;
            } catch (IllegalArgumentException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw failure(i, record, e);
            }
            try {
                var unused = HaloCodec.decode(record);
            } catch (IllegalArgumentException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                throw failure(i, record, e);
            }
        }
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }

    private static byte[] registers() {
        RegistersPacker packer = new RegistersPacker(TIME);
        packer.add(new NodeFact(
                "a", TIME, true, "t", FeatureVector.dense(1, 0, 2), TIME - 1, ColumnTimes.of(new int[] {2}, new long[] {
                    TIME + 1
                })));
        for (int i = 0; i < 5; i++) {
            packer.add(new EdgeFact(
                    new EdgeId("s" + i, "größe", i % 2 == 0 ? "" : "pays"),
                    TIME + i,
                    i != 3,
                    i == 3 ? 0 : 0.5f * i,
                    Provenance.OBSERVED,
                    i == 2 ? TIME + 100 : GraphMutation.NEVER_EXPIRES));
        }
        packer.add(new LabelFact(
                "a",
                "class",
                TIME,
                new io.anabranch.graph.Label("class", new LabelValue.OneClass("x"), io.anabranch.graph.Part.TEST)));
        return packer.takeRecord();
    }

    /** One in ten without sense, one in ten as it should be, the others spoiled. */
    private static byte[] record(List<byte[]> valid, RandomGenerator random) {
        byte[] one = valid.get(random.nextInt(valid.size()));
        return switch (random.nextInt(10)) {
            case 0 -> ByteMutations.random(random);
            case 1 -> one;
            default -> ByteMutations.of(one, random);
        };
    }

    private static AssertionError failure(int index, byte[] record, Throwable e) {
        return new AssertionError(
                "Record %d of seed %d: %s".formatted(index, SEED, HexFormat.of().formatHex(record)), e);
    }
}
