package io.anabranch.stream;

import static io.anabranch.stream.DrivenTopology.edge;
import static io.anabranch.stream.DrivenTopology.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Recompute;
import io.anabranch.stream.propagation.ClockTick;
import io.anabranch.stream.propagation.LiveModels;
import io.anabranch.stream.wire.UpdateCodec;
import io.anabranch.stream.wire.UpdateContent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When ingest says how far it has come, and what. */
class IngestClockTest {

    private static final Duration INTERVAL = Duration.ofMillis(100);

    @TempDir
    Path stateDir;

    private static List<String> updates(DrivenTopology topology) {
        return topology.drain(topology.config.topics().updates()).stream()
                .map(record -> switch (UpdateCodec.decode(record.value())) {
                    case UpdateContent.Fact(var mutation) -> "fact @" + mutation.time();
                    case UpdateContent.SourceStep(var mutation) -> "step @" + mutation.time();
                    case UpdateContent.Recompute(var vertexId) -> "recompute " + vertexId;
                    case UpdateContent.Snapshot(var registers, var expiredTo) -> "registers " + registers;
                    case UpdateContent.Clock(var tick) -> {
                        assertThat(record.key()).isNull();
                        yield "clock @%d to %d of %d"
                                .formatted(tick.timeMs(), tick.eventsPosition(), tick.eventsPartition());
                    }
                })
                .toList();
    }

    @Test
    void aClockFollowsTheUpdatesThatItReports() {
        try (DrivenTopology topology = DrivenTopology.start(stateDir, LiveModels.NONE)) {
            topology.event(node("a", 700, 1, 2));
            topology.event(edge("a", "b", 1, 650));
            topology.wait(INTERVAL);
            assertThat(updates(topology)).containsExactly("fact @700", "fact @650", "clock @700 to 2 of 0");
        }
    }

    @Test
    void nothingIsSaidWhenIdle() {
        try (DrivenTopology topology = DrivenTopology.start(stateDir, LiveModels.NONE)) {
            topology.wait(INTERVAL);
            assertThat(updates(topology)).as("before the first event").isEmpty();
            topology.event(node("a", 700, 1, 2));
            topology.wait(INTERVAL);
            updates(topology);
            for (int i = 0; i < 20; i++) {
                topology.wait(INTERVAL);
            }
            assertThat(updates(topology)).as("after the last event").isEmpty();
            topology.event(node("b", 600, 1, 2));
            topology.wait(INTERVAL);
            assertThat(updates(topology)).containsExactly("fact @600", "clock @700 to 2 of 0");
        }
    }

    @Test
    void rejectedEventsMoveThePositionAndNotTheTime() {
        try (DrivenTopology topology = DrivenTopology.start(stateDir, LiveModels.NONE)) {
            topology.event(node("a", 900, Float.NaN, 2));
            topology.wait(INTERVAL);
            assertThat(updates(topology)).containsExactly("clock @%d to 1 of 0".formatted(ClockTick.NO_TIME));
            topology.event(node("a", 700, 1, 2));
            topology.event(node("a", 900, Float.NaN, 2));
            topology.wait(INTERVAL);
            assertThat(updates(topology)).containsExactly("fact @700", "clock @700 to 3 of 0");
        }
    }

    @Test
    void aRequestToRecomputeMovesThePositionAndNotTheTime() {
        try (DrivenTopology topology = DrivenTopology.start(stateDir, LiveModels.NONE)) {
            topology.event(node("a", 700, 1, 2));
            topology.event(GraphEvent.newBuilder()
                    .setEventTimeMs(900)
                    .setRecompute(Recompute.newBuilder().setNodeId("a")));
            topology.wait(INTERVAL);
            assertThat(updates(topology)).containsExactly("fact @700", "recompute a", "clock @700 to 2 of 0");
        }
    }

    @Test
    void everyPartitionIsToldAndANewLifeForgetsTheTimeButNotThePosition() {
        MockProcessorContext<Addressed, byte[]> context = new MockProcessorContext<>();
        StreamConfig config =
                StreamConfig.from(Map.of(StreamConfig.FEATURES_DIMENSION, "2", StreamConfig.PARTITIONS, "3"));
        IngestProcessor processor = new IngestProcessor(config, StreamMetrics.none());
        context.setCurrentSystemTimeMs(1_005);
        processor.init(context);
        assertThat(tickAfter(processor, context, 41, 900)).isEqualTo(new ClockTick(900, 2, 42));
        processor.init(context);
        assertThat(tickAfter(processor, context, 42, 800)).isEqualTo(new ClockTick(800, 2, 43));
    }

    private static ClockTick tickAfter(
            IngestProcessor processor, MockProcessorContext<Addressed, byte[]> context, long offset, long time) {
        context.setRecordMetadata("anabranch.events", 2, offset);
        processor.process(
                new Record<>(new byte[0], node("a", time, 1, 2).build().toByteArray(), 1_000));
        context.resetForwards();
        var punctuator = context.scheduledPunctuators().getLast();
        assertThat(punctuator.getInterval()).isEqualTo(INTERVAL);
        punctuator.getPunctuator().punctuate(0);
        assertThat(punctuator.cancelled()).isTrue();
        assertThat(context.forwarded())
                .extracting(forward -> forward.record().key().partition())
                .containsExactly(0, 1, 2);
        assertThat(context.forwarded())
                .extracting(forward -> forward.record().timestamp())
                .containsOnly(1_000L);
        var contents = context.forwarded().stream()
                .map(forward -> UpdateCodec.decode(forward.record().value()))
                .distinct()
                .toList();
        assertThat(contents).hasSize(1);
        return ((UpdateContent.Clock) contents.getFirst()).tick();
    }
}
