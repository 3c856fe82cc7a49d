package io.anabranch.serve.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.serve.Problem.Violation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventCheckTest {

    private static final long NOW = 1_000_000_000_000L;
    private static final EventCheck STRICT =
            new EventCheck(new IngestRules(3, 10_000, Duration.ofMinutes(10), false, false));
    private static final EventCheck LENIENT =
            new EventCheck(new IngestRules(3, 10_000, Duration.ofMinutes(10), true, true));

    private static GraphEvent node(Features features) {
        return GraphEvent.newBuilder()
                .setNodeUpsert(NodeUpsert.newBuilder().setId("n").setFeatures(features))
                .build();
    }

    private static Features dense(float... values) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : values) {
            row.addValues(value);
        }
        return Features.newBuilder().setDense(row).build();
    }

    private static Features sparse(int dimension, List<Integer> indices, List<Float> values) {
        return Features.newBuilder()
                .setSparse(SparseFeatures.newBuilder()
                        .setDimension(dimension)
                        .addAllIndices(indices)
                        .addAllValues(values))
                .build();
    }

    private static EdgeUpsert.Builder edge() {
        return EdgeUpsert.newBuilder().setSource("a").setTarget("b");
    }

    private static GraphEvent of(EdgeUpsert.Builder edge) {
        return GraphEvent.newBuilder().setEdgeUpsert(edge).build();
    }

    private static GraphEvent labelled(Label.Builder label) {
        return GraphEvent.newBuilder()
                .setLabelUpsert(LabelUpsert.newBuilder().setNodeId("n").setLabel(label))
                .build();
    }

    static Stream<Arguments> bad() {
        String long257 = "x".repeat(257);
        GraphEvent node = node(dense(1, 2, 3));
        return Stream.of(
                Arguments.of("event", GraphEvent.getDefaultInstance()),
                Arguments.of(
                        "event.schema_version",
                        node.toBuilder().setSchemaVersion(2).build()),
                Arguments.of(
                        "event.event_id", node.toBuilder().setEventId(long257).build()),
                Arguments.of(
                        "event.event_time_ms",
                        node.toBuilder().setEventTimeMs(-1).build()),
                Arguments.of(
                        "event.event_time_ms",
                        node.toBuilder().setEventTimeMs(NOW + 600_001).build()),
                Arguments.of(
                        "event.node_upsert.id",
                        GraphEvent.newBuilder()
                                .setNodeUpsert(NodeUpsert.newBuilder())
                                .build()),
                Arguments.of(
                        "event.node_upsert.id",
                        GraphEvent.newBuilder()
                                .setNodeUpsert(NodeUpsert.newBuilder().setId(long257))
                                .build()),
                Arguments.of(
                        "event.node_delete.id",
                        GraphEvent.newBuilder()
                                .setNodeDelete(NodeDelete.newBuilder())
                                .build()),
                Arguments.of("event.node_upsert.features", node(Features.getDefaultInstance())),
                Arguments.of("event.node_upsert.features.dense.values", node(dense(1, 2))),
                Arguments.of("event.node_upsert.features.dense.values[1]", node(dense(1, Float.NaN, 3))),
                Arguments.of("event.node_upsert.features.dense.values[2]", node(dense(1, 2, Float.POSITIVE_INFINITY))),
                Arguments.of("event.node_upsert.features.sparse.dimension", node(sparse(4, List.of(0), List.of(1f)))),
                Arguments.of("event.node_upsert.features.sparse.values", node(sparse(3, List.of(0, 1), List.of(1f)))),
                Arguments.of(
                        "event.node_upsert.features.sparse.indices[1]",
                        node(sparse(3, List.of(1, 1), List.of(1f, 1f)))),
                Arguments.of("event.node_upsert.features.sparse.indices[0]", node(sparse(3, List.of(3), List.of(1f)))),
                Arguments.of("event.edge_upsert.source", of(edge().clearSource())),
                Arguments.of("event.edge_upsert.target", of(edge().setTarget("a"))),
                Arguments.of("event.edge_upsert.type", of(edge().setType(long257))),
                Arguments.of("event.edge_upsert.weight", of(edge().setWeight(Float.NaN))),
                Arguments.of("event.edge_upsert.weight", of(edge().setWeight(-1))),
                Arguments.of(
                        "event.edge_delete.target",
                        GraphEvent.newBuilder()
                                .setEdgeDelete(EdgeDelete.newBuilder().setSource("a"))
                                .build()),
                Arguments.of(
                        "event.edge_erase.target",
                        GraphEvent.newBuilder()
                                .setEdgeErase(EdgeErase.newBuilder().setSource("a"))
                                .build()),
                Arguments.of(
                        "event.edge_erase.erased_time_ms",
                        GraphEvent.newBuilder()
                                .setEventTimeMs(4)
                                .setEdgeErase(EdgeErase.newBuilder()
                                        .setSource("a")
                                        .setTarget("b")
                                        .setErasedTimeMs(5))
                                .build()),
                Arguments.of(
                        "event.label_upsert.label.task",
                        labelled(Label.newBuilder().setClassName("c"))),
                Arguments.of(
                        "event.label_upsert.label", labelled(Label.newBuilder().setTask("t"))),
                Arguments.of(
                        "event.label_upsert.label.target",
                        labelled(Label.newBuilder().setTask("t").setTarget(Double.NaN))),
                Arguments.of(
                        "event.label_delete.task",
                        GraphEvent.newBuilder()
                                .setLabelDelete(LabelDelete.newBuilder().setNodeId("n"))
                                .build()),
                Arguments.of(
                        "event",
                        GraphEvent.newBuilder()
                                .setNodeUpsert(
                                        NodeUpsert.newBuilder().setId("n").setType("x".repeat(20_000)))
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void whatIsWrongIsNamedByItsField(String field, GraphEvent event) {
        assertThat(STRICT.check(event, NOW)).extracting(Violation::field).containsExactly(field);
    }

    @Test
    void whatIsRightPasses() {
        assertThat(STRICT.check(node(dense(1, 2, 3)), NOW)).isEmpty();
        assertThat(STRICT.check(node(sparse(3, List.of(0, 2), List.of(1f, 2f))), NOW))
                .isEmpty();
        assertThat(STRICT.check(of(edge()), NOW)).isEmpty();
        assertThat(STRICT.check(of(edge().setWeight(0)), NOW)).isEmpty();
        assertThat(STRICT.check(
                        node(dense(1, 2, 3)).toBuilder()
                                .setSchemaVersion(1)
                                .setEventTimeMs(NOW + 600_000)
                                .build(),
                        NOW))
                .isEmpty();
        assertThat(STRICT.check(labelled(Label.newBuilder().setTask("t").setClassName("c")), NOW))
                .isEmpty();
    }

    @Test
    void selfLoopsAndNegativeWeightsPassWhereTheyAreAllowed() {
        assertThat(LENIENT.check(of(edge().setTarget("a").setWeight(-1)), NOW)).isEmpty();
    }

    @Test
    void theOwnerOfAnEdgeIsItsTarget() {
        assertThat(EventDoor.ownerId(of(edge()))).isEqualTo("b");
        assertThat(EventDoor.ownerId(node(dense(1)))).isEqualTo("n");
    }
}
