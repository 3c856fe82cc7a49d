package io.anabranch.standalone.chaos;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of docs/wire-format.md, one by one, by hand. */
class GraphFoldTest {

    private final GraphFold fold = new GraphFold(3);

    @Test
    void theLaterTimeWinsAndAtEqualTimesTheLaterRecord() {
        node("a", 5, "new");
        node("a", 4, "late");
        assertThat(type("a")).isEqualTo("new");
        node("a", 5, "equal");
        assertThat(type("a")).isEqualTo("equal");
    }

    @Test
    void anEventWithoutATimeHasThatOfItsRecord() {
        node("a", 5, "timed");
        fold.write(
                GraphEvent.newBuilder()
                        .setNodeUpsert(NodeUpsert.newBuilder().setId("a").setType("untimed"))
                        .build(),
                6);
        assertThat(type("a")).isEqualTo("untimed");
        assertThat(result("a").time()).isEqualTo(6);
    }

    @Test
    void aDeleteTakesEdgesWithItWhenTheyAreNotLaterWhateverTheOrder() {
        edge("a", "b", 5, false);
        delete("b", 7);
        edge("c", "b", 7, false);
        edge("d", "b", 8, false);
        assertThat(fold.result().edges()).containsOnlyKeys(new EdgeName("d", "b", ""));
        assertThat(fold.result().vertices()).containsExactly("b", "d");
    }

    @Test
    void aNodeMadeAgainDoesNotGetItsEdgesBack() {
        edge("a", "b", 5, false);
        delete("a", 7);
        node("a", 9, "");
        assertThat(fold.result().edges()).isEmpty();
        assertThat(fold.result().vertices()).containsExactly("a");
    }

    @Test
    void undirectedStandsForBothDirectionsAndSoDoesItsDelete() {
        edge("a", "b", 5, true);
        assertThat(fold.result().edges()).containsOnlyKeys(new EdgeName("a", "b", ""), new EdgeName("b", "a", ""));
        fold.write(
                GraphEvent.newBuilder()
                        .setEventTimeMs(6)
                        .setEdgeDelete(EdgeDelete.newBuilder()
                                .setSource("b")
                                .setTarget("a")
                                .setUndirected(true))
                        .build(),
                0);
        assertThat(fold.result().edges()).isEmpty();
        assertThat(fold.result().vertices()).isEmpty();
    }

    @Test
    void sparseRowsAreFilledWithZeros() {
        NodeUpsert.Builder node = NodeUpsert.newBuilder().setId("a");
        node.getFeaturesBuilder()
                .setSparse(SparseFeatures.newBuilder()
                        .setDimension(3)
                        .addIndices(1)
                        .addValues(2f));
        fold.write(GraphEvent.newBuilder().setEventTimeMs(1).setNodeUpsert(node).build(), 0);
        assertThat(result("a").row()).isEqualTo(List.of(0f, 2f, 0f));
    }

    @Test
    void aPatchedColumnOutlivesOlderWritesOfTheWholeAndNoNewerOnes() {
        patch("a", 6, 1, 2f);
        node("a", 5, "older");
        assertThat(result("a").row()).isEqualTo(List.of(0f, 2f, 0f));
        assertThat(result("a").type()).isEqualTo("older");
        assertThat(result("a").time()).isEqualTo(6);
        patch("a", 5, 2, 9f);
        patch("a", 4, 0, 9f);
        assertThat(result("a").row()).as("at the base's time, later in the log").isEqualTo(List.of(0f, 2f, 9f));
        node("a", 6, "same time, later");
        assertThat(result("a").row()).isEqualTo(List.of(0f, 0f, 0f));
    }

    @Test
    void aPatchAfterTheDeleteMakesTheNodeAndAtItsTimeItDoesNot() {
        delete("a", 5);
        patch("a", 5, 0, 1f);
        assertThat(fold.result().nodes()).isEmpty();
        patch("a", 6, 0, 1f);
        assertThat(result("a").row()).isEqualTo(List.of(1f, 0f, 0f));
    }

    @Test
    void anEdgeDiesWhenEventTimeHasComeToItsExpiry() {
        fold.write(
                GraphEvent.newBuilder()
                        .setEventTimeMs(10)
                        .setEdgeUpsert(EdgeUpsert.newBuilder()
                                .setSource("a")
                                .setTarget("b")
                                .setTimeToLiveMs(5))
                        .build(),
                0);
        node("c", 14, "");
        assertThat(fold.result().edges()).hasSize(1);
        node("c", 15, "");
        assertThat(fold.result().edges()).isEmpty();
        edge("a", "b", 11, false);
        assertThat(fold.result().edges())
                .as("a later upsert gives it a new life")
                .hasSize(1);
    }

    private void patch(String id, long time, int column, float value) {
        GraphEvent.Builder event = GraphEvent.newBuilder().setEventTimeMs(time);
        event.getNodePatchBuilder()
                .setId(id)
                .getColumnsBuilder()
                .setDimension(3)
                .addIndices(column)
                .addValues(value);
        fold.write(event.build(), 0);
    }

    private FoldedGraph.Node result(String id) {
        return requireNonNull(fold.result().nodes().get(id));
    }

    private String type(String id) {
        return result(id).type();
    }

    private void node(String id, long time, String type) {
        fold.write(
                GraphEvent.newBuilder()
                        .setEventTimeMs(time)
                        .setNodeUpsert(NodeUpsert.newBuilder().setId(id).setType(type))
                        .build(),
                0);
    }

    private void delete(String id, long time) {
        fold.write(
                GraphEvent.newBuilder()
                        .setEventTimeMs(time)
                        .setNodeDelete(NodeDelete.newBuilder().setId(id))
                        .build(),
                0);
    }

    private void edge(String source, String target, long time, boolean undirected) {
        fold.write(
                GraphEvent.newBuilder()
                        .setEventTimeMs(time)
                        .setEdgeUpsert(EdgeUpsert.newBuilder()
                                .setSource(source)
                                .setTarget(target)
                                .setUndirected(undirected))
                        .build(),
                0);
    }
}
