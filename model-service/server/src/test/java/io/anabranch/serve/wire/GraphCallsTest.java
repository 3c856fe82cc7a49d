package io.anabranch.serve.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.Part;
import io.anabranch.event.v1.Provenance;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.recompute.ReplicaGraph;
import io.anabranch.v1.Edge;
import io.anabranch.v1.EdgeDirection;
import io.anabranch.v1.GetNodeRequest;
import io.anabranch.v1.ListEdgesRequest;
import io.anabranch.v1.ListEdgesResponse;
import io.anabranch.v1.Node;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphCallsTest {

    private static final int PARTITIONS = 5;

    private final GraphReplica replica = new GraphReplica(3);
    private final List<String> pending = new ArrayList<>();
    private final GraphCalls calls = new GraphCalls(new ReplicaGraph(replica), () -> pending, PARTITIONS);

    private Node node(String id) {
        return calls.getNode(GetNodeRequest.newBuilder().setNodeId(id).build()).getNode();
    }

    private static ListEdgesRequest.Builder in(String id) {
        return ListEdgesRequest.newBuilder().setNodeId(id).setDirection(EdgeDirection.EDGE_DIRECTION_IN);
    }

    private static ListEdgesRequest.Builder out(String id) {
        return ListEdgesRequest.newBuilder().setNodeId(id).setDirection(EdgeDirection.EDGE_DIRECTION_OUT);
    }

    private List<Edge> all(ListEdgesRequest.Builder request) {
        List<Edge> all = new ArrayList<>();
        ListEdgesResponse page;
        do {
            page = calls.listEdges(request.build());
            assertThat(page.getEdgesCount()).isBetween(1, request.getPageSize());
            all.addAll(page.getEdgesList());
            request.setPageToken(page.getNextPageToken());
        } while (!page.getNextPageToken().isEmpty());
        return all;
    }

    private static void assertInvalid(Runnable call, String field, String text) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOfSatisfying(Problem.Invalid.class, invalid -> {
                            assertThat(invalid.violations().getFirst().field()).isEqualTo(field);
                            assertThat(invalid.violations().getFirst().description())
                                    .contains(text);
                        }));
    }

    @Test
    void aNodeIsAsItWasWritten() {
        replica.putNode("n", "account", FeatureVector.dense(1, 0, -2), 77);
        replica.putLabel(
                "n", new io.anabranch.graph.Label("z", new LabelValue.Target(2.5), io.anabranch.graph.Part.TEST));
        replica.putLabel(
                "n",
                new io.anabranch.graph.Label(
                        "s", LabelValue.ClassSet.of(List.of("b", "a")), io.anabranch.graph.Part.VALIDATION));
        replica.putLabel(
                "n", new io.anabranch.graph.Label("c", new LabelValue.OneClass("yes"), io.anabranch.graph.Part.TRAIN));
        replica.putEdge(new EdgeId("n", "m", ""), 1, io.anabranch.graph.Provenance.OBSERVED);
        replica.putEdge(new EdgeId("n", "o", ""), 1, io.anabranch.graph.Provenance.OBSERVED);
        replica.putEdge(new EdgeId("o", "n", ""), 1, io.anabranch.graph.Provenance.OBSERVED);

        assertThat(node("n"))
                .isEqualTo(Node.newBuilder()
                        .setId("n")
                        .setType("account")
                        .setPartition(Ownership.byHash(PARTITIONS, 0).ownerOf("n"))
                        .setInEdges(1)
                        .setOutEdges(2)
                        .setEventTimeMs(77)
                        .setFeatures(Features.newBuilder()
                                .setDense(DenseFeatures.newBuilder()
                                        .addValues(1)
                                        .addValues(0)
                                        .addValues(-2)))
                        .addLabels(Label.newBuilder()
                                .setTask("c")
                                .setClassName("yes")
                                .setPart(Part.PART_TRAIN))
                        .addLabels(Label.newBuilder()
                                .setTask("s")
                                .setClassSet(
                                        ClassSet.newBuilder().addClassNames("a").addClassNames("b"))
                                .setPart(Part.PART_VALIDATION))
                        .addLabels(
                                Label.newBuilder().setTask("z").setTarget(2.5).setPart(Part.PART_TEST))
                        .build());
        replica.putNode("sparse", "", FeatureVector.sparse(3, new int[] {2}, new float[] {4}));
        assertThat(node("sparse").getFeatures().getSparse())
                .isEqualTo(SparseFeatures.newBuilder()
                        .setDimension(3)
                        .addIndices(2)
                        .addValues(4)
                        .build());
        assertThat(node("m")).as("only the end of an edge").satisfies(end -> {
            assertThat(end.getInEdges()).isOne();
            assertThat(end.hasFeatures()).isFalse();
            assertThat(end.getType()).isEmpty();
        });
    }

    @Test
    void edgesComeInPagesWithAllThatIsKnown() {
        replica.putEdge(new EdgeId("b", "n", "t"), 2, io.anabranch.graph.Provenance.LEARNED, 5, 60);
        replica.putEdge(new EdgeId("b", "n", ""), 1, io.anabranch.graph.Provenance.OBSERVED, 4);
        replica.putEdge(new EdgeId("a/ü", "n", ""), 1, io.anabranch.graph.Provenance.OBSERVED, 3);
        replica.putEdge(new EdgeId("n", "c", ""), 1, io.anabranch.graph.Provenance.OBSERVED, 2);

        assertThat(calls.listEdges(in("n").build()).getNextPageToken()).isEmpty();
        for (int size = 1; size <= 4; size++) {
            assertThat(all(in("n").setPageSize(size)))
                    .as("pages of %d", size)
                    .containsExactly(
                            Edge.newBuilder()
                                    .setSource("a/ü")
                                    .setTarget("n")
                                    .setWeight(1)
                                    .setProvenance(Provenance.PROVENANCE_OBSERVED)
                                    .setEventTimeMs(3)
                                    .build(),
                            Edge.newBuilder()
                                    .setSource("b")
                                    .setTarget("n")
                                    .setWeight(1)
                                    .setProvenance(Provenance.PROVENANCE_OBSERVED)
                                    .setEventTimeMs(4)
                                    .build(),
                            Edge.newBuilder()
                                    .setSource("b")
                                    .setTarget("n")
                                    .setType("t")
                                    .setWeight(2)
                                    .setProvenance(Provenance.PROVENANCE_LEARNED)
                                    .setEventTimeMs(5)
                                    .setExpiresMs(60)
                                    .build());
        }
        assertThat(all(out("n").setPageSize(9))).extracting(Edge::getTarget).containsExactly("c");
        assertThat(calls.listEdges(in("a/ü").build()).getEdgesCount()).isZero();
    }

    @Test
    void aPageHasSoManyEdgesUnlessItIsTheLast() {
        for (int i = 0; i < 1_205; i++) {
            replica.putEdge(new EdgeId("hub", "v%04d".formatted(i), ""), 1, io.anabranch.graph.Provenance.OBSERVED);
        }
        assertThat(calls.listEdges(out("hub").build()).getEdgesCount()).isEqualTo(100);
        ListEdgesResponse most =
                calls.listEdges(out("hub").setPageSize(Integer.MAX_VALUE).build());
        assertThat(most.getEdgesCount()).isEqualTo(1_000);
        assertThat(calls.listEdges(out("hub")
                                .setPageSize(205)
                                .setPageToken(most.getNextPageToken())
                                .build())
                        .getNextPageToken())
                .isEmpty();
        assertThat(all(out("hub").setPageSize(241))).hasSize(1_205).doesNotHaveDuplicates();
    }

    @Test
    void refusesWhatIsWrong() {
        replica.putEdge(new EdgeId("a", "n", ""), 1, io.anabranch.graph.Provenance.OBSERVED);
        replica.putEdge(new EdgeId("b", "n", ""), 1, io.anabranch.graph.Provenance.OBSERVED);
        assertInvalid(() -> node(""), "node_id", "1 to 256 bytes, but has 0");
        assertInvalid(() -> node("x".repeat(257)), "node_id", "has 257");
        assertInvalid(() -> calls.listEdges(in("").build()), "node_id", "has 0");
        assertInvalid(
                () -> calls.listEdges(
                        ListEdgesRequest.newBuilder().setNodeId("n").build()),
                "direction",
                "EDGE_DIRECTION_UNSPECIFIED");
        assertInvalid(() -> calls.listEdges(in("n").setDirectionValue(9).build()), "direction", "UNRECOGNIZED");
        assertInvalid(() -> calls.listEdges(in("n").setPageSize(-1).build()), "page_size", "-1");
        String token = calls.listEdges(in("n").setPageSize(1).build()).getNextPageToken();
        assertInvalid(() -> calls.listEdges(out("n").setPageToken(token).build()), "page_token", "another node");
        assertInvalid(() -> calls.listEdges(in("a").setPageToken(token).build()), "page_token", "another node");
        assertInvalid(() -> calls.listEdges(in("n").setPageToken("x").build()), "page_token", "none that");
        assertThatThrownBy(() -> node("nobody"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Node nobody is not in the graph.");
        assertThatThrownBy(() -> calls.listEdges(in("nobody").build()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Node nobody is not in the graph.");
        pending.add("topic anabranch.graph is still to be read");
        assertThatThrownBy(() -> node("n"))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unready.class));
        assertThatThrownBy(() -> calls.listEdges(in("n").build()))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unready.class));
    }
}
