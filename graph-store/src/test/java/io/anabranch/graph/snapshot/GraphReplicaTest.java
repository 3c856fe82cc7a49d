package io.anabranch.graph.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.testkit.Randomized;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class GraphReplicaTest {

    private final GraphReplica replica = new GraphReplica(1);

    private static EdgeId edge(RandomGenerator random) {
        // Few vertices and one that is in most edges: parallel edges, loops, a hub.
        return new EdgeId(end(random), end(random), random.nextInt(3) == 0 ? "x" : "");
    }

    private static String end(RandomGenerator random) {
        return random.nextBoolean() ? "hub" : "v" + random.nextInt(30);
    }

    private List<ReplicaEdge> pages(String id, EdgeDirection direction, int size) {
        List<ReplicaEdge> all = new ArrayList<>();
        List<ReplicaEdge> page;
        do {
            page = Objects.requireNonNull(replica.edges(
                    id, direction, all.isEmpty() ? null : all.getLast().id(), size));
            assertThat(page.size()).isLessThanOrEqualTo(size);
            all.addAll(page);
        } while (page.size() == size);
        return all;
    }

    @Randomized(runs = 60)
    void pagesAndCountsAreThoseOfTheEdgesThatAreThere(RandomGenerator random) {
        Map<EdgeId, ReplicaEdge> expected = new HashMap<>();
        Set<String> put = new HashSet<>();
        for (int step = 0; step < 300; step++) {
            EdgeId id = edge(random);
            switch (random.nextInt(5)) {
                case 0 -> {
                    expected.remove(id);
                    replica.removeEdge(id);
                }
                case 1 -> {
                    put.add(id.source());
                    replica.putNode(id.source(), "t", null);
                }
                default -> {
                    ReplicaEdge value = new ReplicaEdge(
                            id,
                            random.nextFloat(),
                            random.nextBoolean() ? Provenance.OBSERVED : Provenance.LEARNED,
                            step,
                            random.nextBoolean() ? step + 10 : GraphMutation.NEVER_EXPIRES);
                    expected.put(id, value);
                    replica.putEdge(id, value.weight(), value.provenance(), value.eventTimeMs(), value.expiry());
                }
            }
        }
        for (int v = -1; v < 30; v++) {
            String id = v < 0 ? "hub" : "v" + v;
            List<ReplicaEdge> in = expected.values().stream()
                    .filter(edge -> edge.id().target().equals(id))
                    .sorted(Comparator.comparing(
                            edge -> edge.id().source() + " " + edge.id().type()))
                    .toList();
            List<ReplicaEdge> out = expected.values().stream()
                    .filter(edge -> edge.id().source().equals(id))
                    .sorted(Comparator.comparing(
                            edge -> edge.id().target() + " " + edge.id().type()))
                    .toList();
            ReplicaNode node = replica.node(id);
            if (in.isEmpty() && out.isEmpty() && !put.contains(id)) {
                assertThat(node).isNull();
                assertThat(replica.edges(id, EdgeDirection.IN, null, 5)).isNull();
                continue;
            }
            Objects.requireNonNull(node);
            assertThat(node.type()).isEqualTo(put.contains(id) ? "t" : null);
            assertThat(node.inEdges()).isEqualTo(in.size());
            assertThat(node.outEdges()).isEqualTo(out.size());
            int size = 1 + random.nextInt(7);
            assertThat(pages(id, EdgeDirection.IN, size)).isEqualTo(in);
            assertThat(pages(id, EdgeDirection.OUT, size)).isEqualTo(out);
        }
    }

    @Test
    void aPageGoesOnBehindAnEdgeThatIsGone() {
        for (String source : List.of("a", "b", "c", "d")) {
            replica.putEdge(new EdgeId(source, "t", ""), 1, Provenance.OBSERVED);
        }
        EdgeId last = Objects.requireNonNull(replica.edges("t", EdgeDirection.IN, null, 2))
                .getLast()
                .id();
        assertThat(last.source()).isEqualTo("b");
        replica.removeEdge(last);
        replica.putEdge(new EdgeId("aa", "t", ""), 1, Provenance.OBSERVED);
        assertThat(replica.edges("t", EdgeDirection.IN, last, 2))
                .extracting(edge -> edge.id().source())
                .containsExactly("c", "d");
        assertThat(replica.edges("a", EdgeDirection.IN, last, 2)).isEmpty();
    }

    @Test
    void aNodeHasItsLabelsByTaskAndWhatIsKnownOfIt() {
        replica.putNode("n", "account", FeatureVector.dense(3), 7);
        Label b = new Label("b", new LabelValue.Target(1), Part.TRAIN);
        Label a = new Label("a", new LabelValue.OneClass("yes"), Part.TEST);
        replica.putLabel("n", b);
        replica.putLabel("n", a);
        replica.putLabel("nowhere", a);
        assertThat(replica.node("n"))
                .isEqualTo(new ReplicaNode("n", "account", FeatureVector.dense(3), 7, 0, 0, List.of(a, b)));
        assertThat(replica.node("nowhere")).isNull();
    }
}
