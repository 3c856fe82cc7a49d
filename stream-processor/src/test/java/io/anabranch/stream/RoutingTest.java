package io.anabranch.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.Ownership;
import io.anabranch.stream.propagation.AcceptedTimes;
import io.anabranch.stream.propagation.EventPositions;
import io.anabranch.stream.propagation.Freshness;
import io.anabranch.stream.propagation.HaloEnvelope;
import io.anabranch.stream.propagation.HaloMessage;
import io.anabranch.stream.propagation.LayerValues;
import io.anabranch.stream.wire.HaloCodec;
import io.anabranch.stream.wire.UpdateCodec;
import io.anabranch.stream.wire.UpdateContent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which partition a record goes to, with more than the one partition that the test driver has. */
class RoutingTest {

    private final MockProcessorContext<Addressed, byte[]> context = new MockProcessorContext<>();

    RoutingTest() {
        context.setCurrentSystemTimeMs(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void updatesGoToTheOwnerAsAProducerKeyedByIdOrTagWouldSendThem(int partitions) {
        StreamConfig config = StreamConfig.from(
                Map.of(StreamConfig.FEATURES_DIMENSION, "2", StreamConfig.PARTITIONS, Integer.toString(partitions)));
        IngestProcessor processor = new IngestProcessor(config, StreamMetrics.none());
        processor.init(context);
        context.setRecordMetadata("anabranch.events", 0, 0);
        for (int i = 0; i < 50; i++) {
            GraphEvent event = GraphEvent.newBuilder()
                    .setEdgeUpsert(EdgeUpsert.newBuilder()
                            .setSource("s" + i)
                            .setTarget("ü{t" + i % 9 + "}" + i)
                            .setUndirected(true))
                    .build();
            context.resetForwards();
            processor.process(new Record<>(new byte[0], event.toByteArray(), 5));
            List<CapturedForward<? extends Addressed, ? extends byte[]>> forwards = context.forwarded();
            assertThat(forwards).hasSize(2);
            assertTarget(forwards.get(0), "ü{t" + i % 9 + "}" + i, "t" + i % 9, partitions);
            assertTarget(forwards.get(1), "s" + i, "s" + i, partitions);
        }
    }

    /** Where another partition owns the source, it is told of a step. */
    @Test
    void stepsGoToTheOwnerOfTheSourceUnlessItHasTheEdge() {
        StreamConfig config = StreamConfig.from(Map.of(
                StreamConfig.FEATURES_DIMENSION, "2", StreamConfig.PARTITIONS, "3", StreamConfig.HISTORIES, "true"));
        IngestProcessor processor = new IngestProcessor(config, StreamMetrics.none());
        processor.init(context);
        context.setRecordMetadata("anabranch.events", 0, 0);
        Ownership ownership = Ownership.byHash(3, 0);
        int told = 0;
        for (int i = 0; i < 50; i++) {
            GraphEvent event = GraphEvent.newBuilder()
                    .setEdgeUpsert(EdgeUpsert.newBuilder().setSource("s" + i).setTarget("t" + i))
                    .build();
            context.resetForwards();
            processor.process(new Record<>(new byte[0], event.toByteArray(), 5));
            boolean together = ownership.ownerOf("s" + i) == ownership.ownerOf("t" + i);
            assertThat(context.forwarded()).hasSize(together ? 1 : 2);
            assertTarget(context.forwarded().getFirst(), "t" + i, "t" + i, 3);
            if (!together) {
                assertTarget(context.forwarded().getLast(), "s" + i, "s" + i, 3);
                assertThat(UpdateCodec.decode(
                                context.forwarded().getLast().record().value()))
                        .isInstanceOf(UpdateContent.SourceStep.class);
                told++;
            }
        }
        assertThat(told).isBetween(20, 45);
    }

    private static void assertTarget(
            CapturedForward<? extends Addressed, ? extends byte[]> forward,
            String vertexId,
            String hashed,
            int partitions) {
        assertThat(forward.childName()).isEqualTo(Optional.of(TopologyFactory.UPDATES_SINK));
        Addressed key = forward.record().key();
        assertThat(key.key()).isEqualTo(vertexId.getBytes(UTF_8));
        assertThat(key.partition())
                .isEqualTo(Utils.toPositive(Utils.murmur2(hashed.getBytes(UTF_8))) % partitions)
                .isEqualTo(Ownership.byHash(partitions, 0).ownerOf(vertexId));
        assertThat(forward.record().timestamp()).isEqualTo(5);
    }

    @Test
    void thePartitionerFollowsTheAddress() {
        assertThat(Addressed.PARTITIONER.partitions("t", new Addressed(3, null), new byte[0], 4))
                .isEqualTo(Optional.of(Set.of(3)));
        assertThat(Addressed.PARTITIONER.partitions("t", new Addressed(Addressed.ANY, null), new byte[0], 4))
                .isEmpty();
        assertThat(Addressed.SERIALIZER.serialize("t", new Addressed(3, null))).isNull();
    }

    @Test
    void haloRecordsGoToTheirReceiverAndTheRestToTheOwnPartition() {
        context.setCurrentSystemTimeMs(7_000);
        PartitionSinks sinks = new PartitionSinks(context, 2, 4, () -> 9, StreamMetrics.none());
        sinks.at(50);
        HaloMessage value = new HaloMessage.Value("v", 1, 0, 0, LayerValues.owning(new float[][] {{1}}));
        sinks.halo(3, new HaloEnvelope(2, 9, AcceptedTimes.of(AcceptedTimes.NO_EVENT, 40), 30, value));
        sinks.halo(0, new HaloEnvelope(2, 9, AcceptedTimes.NONE, -1, new HaloMessage.End(false)));
        sinks.embedding(1, "v", new float[] {1}, new Freshness(41, 30, 7));
        sinks.embedding(1, "v", null, new Freshness(42, 30, 7));
        sinks.coverage(1);
        sinks.progress(EventPositions.of(1, 2));
        sinks.fact(new NodeFact("v", 1, true, "", null, Long.MIN_VALUE));
        sinks.halo(3, new HaloEnvelope(2, 9, AcceptedTimes.of(60), -1, new HaloMessage.End(false)));
        sinks.flush();
        sinks.flush();

        assertThat(context.forwarded())
                .extracting(forward -> "%s %d @%d"
                        .formatted(
                                forward.childName().orElseThrow(),
                                forward.record().key().partition(),
                                forward.record().timestamp()))
                .containsExactly(
                        "embeddings-sink 2 @41",
                        "embeddings-sink 2 @42",
                        "embeddings-sink 2 @50",
                        "embeddings-sink 2 @50",
                        "graph-sink 2 @50",
                        "halo-sink 0 @7000",
                        "halo-sink 3 @7000");
        assertThat(context.forwarded().get(1).record().value()).isNull();
        assertThat(HaloCodec.decode(context.forwarded().getLast().record().value()))
                .extracting(HaloEnvelope::message)
                .containsExactly(value, new HaloMessage.End(false));
    }
}
