package io.anabranch.graph.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A judge must be judged: the kit by hand-made cases. */
final class TestKitTest {

    @Test
    void graphTextReadsEveryForm() {
        assertThat(GraphText.mutations("a->b b-[pays]->c:2.5@9 d -a->b -d a<->b"))
                .containsExactly(
                        new GraphMutation.UpsertEdge(new EdgeId("a", "b", ""), 1, Provenance.OBSERVED, 1),
                        new GraphMutation.UpsertEdge(new EdgeId("b", "c", "pays"), 2.5f, Provenance.OBSERVED, 9),
                        new GraphMutation.UpsertNode("d", "", null, 10),
                        new GraphMutation.RemoveEdge(new EdgeId("a", "b", ""), 11),
                        new GraphMutation.RemoveNode("d", 12),
                        new GraphMutation.UpsertEdge(new EdgeId("a", "b", ""), 1, Provenance.OBSERVED, 13),
                        new GraphMutation.UpsertEdge(new EdgeId("b", "a", ""), 1, Provenance.OBSERVED, 13));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraphText.mutations("a->b a=>b"))
                .withMessageContaining("word (a=>b)");
    }

    @Test
    void referenceKnowsTheRules() {
        ReferenceGraph graph = ReferenceGraph.of("a@1 a->b:2@5 b->c@7 -b@6 d->d@3 e@4 -e@4 -f@8 f@8 f->e@8 a->b:3@4");

        assertThat(graph.edges()).isEqualTo(Map.of(new EdgeId("b", "c", ""), 1f, new EdgeId("d", "d", ""), 1f));
        assertThat(graph.vertices()).containsExactly("a", "b", "c", "d", "f");
        assertThat(graph.inDegree("c")).isOne();
        assertThat(graph.deleteTime("b")).isEqualTo(6);
    }

    @Test
    void referenceTakesTheLaterRecordAtEqualTimes() {
        FeatureVector row = FeatureVector.dense(2);
        ReferenceGraph graph = ReferenceGraph.of(List.of(
                new GraphMutation.UpsertNode("a", "", FeatureVector.dense(1), 5),
                new GraphMutation.UpsertNode("a", "", row, 5),
                new GraphMutation.UpsertNode("a", "", FeatureVector.dense(3), 4)));

        assertThat(graph.features().get("a")).isEqualTo(row);
        assertThat(graph.row("a", 1)).containsExactly(2);
    }

    @Test
    void tracesMeetEveryCase() {
        Set<String> met = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            long last = Long.MIN_VALUE;
            Set<String> upserted = new HashSet<>();
            Set<String> removed = new HashSet<>();
            Set<GraphMutation> seen = new HashSet<>();
            for (GraphMutation mutation : EventTraces.mixed(new SplittableRandom(seed), 3)) {
                met.add(mutation.getClass().getSimpleName());
                met.add(mutation.time() < last ? "late" : mutation.time() == last ? "equal time" : "in time");
                met.add(seen.add(mutation) ? "new" : "duplicate");
                last = mutation.time();
                if (mutation instanceof GraphMutation.UpsertNode node) {
                    upserted.add(node.id());
                    met.add(removed.contains(node.id()) ? "created again" : "created");
                    met.add(
                            node.features() == null
                                    ? "no features"
                                    : node.features().isSparse() ? "sparse" : "dense");
                } else if (mutation instanceof GraphMutation.RemoveNode node) {
                    removed.add(node.id());
                } else if (mutation instanceof GraphMutation.UpsertEdge edge) {
                    met.add(edge.expiry() == GraphMutation.NEVER_EXPIRES ? "for ever" : "expires");
                    met.add(edge.edge().source().equals(edge.edge().target()) ? "self-loop" : "edge");
                    met.add(upserted.contains(edge.edge().source()) ? "known source" : "source never upserted");
                    met.add("type " + edge.edge().type());
                }
            }
        }
        assertThat(met)
                .containsExactlyInAnyOrder(
                        "UpsertNode",
                        "PatchNode",
                        "RemoveNode",
                        "UpsertEdge",
                        "RemoveEdge",
                        "SetLabel",
                        "RemoveLabel",
                        "for ever",
                        "expires",
                        "late",
                        "equal time",
                        "in time",
                        "new",
                        "duplicate",
                        "created",
                        "created again",
                        "no features",
                        "sparse",
                        "dense",
                        "self-loop",
                        "edge",
                        "known source",
                        "source never upserted",
                        "type ",
                        "type pays",
                        "type knows");
    }

    @Test
    void erasuresAreOfEventsThatWereAreToComeOrNeverCome() {
        Set<String> met = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<GraphMutation> trace = EventTraces.mixed(random, 3);
            Set<EdgeEvent> said = new HashSet<>();
            Set<EdgeEvent> all = new HashSet<>();
            trace.forEach(mutation -> {
                if (mutation instanceof GraphMutation.UpsertEdge edge) {
                    all.add(new EdgeEvent(edge.edge(), edge.time()));
                }
            });
            for (GraphMutation mutation : EventTraces.withErasures(trace, random, 0.2)) {
                if (mutation instanceof GraphMutation.UpsertEdge edge) {
                    said.add(new EdgeEvent(edge.edge(), edge.time()));
                } else if (mutation instanceof GraphMutation.EraseEdge erase) {
                    EdgeEvent erased = new EdgeEvent(erase.edge(), erase.erasedTime());
                    met.add(said.contains(erased) ? "was" : all.contains(erased) ? "to come" : "never");
                }
            }
        }
        assertThat(met).containsExactlyInAnyOrder("was", "to come", "never");
    }

    private record EdgeEvent(EdgeId edge, long time) {}

    @Randomized(runs = 20)
    void sameSeedSameTrace(long seed) {
        assertThat(EventTraces.mixed(new SplittableRandom(seed), 4))
                .isEqualTo(EventTraces.mixed(new SplittableRandom(seed), 4));
    }

    @Randomized(runs = 20)
    void skewedGraphsHaveHubs(RandomGenerator random) {
        ReferenceGraph graph = ReferenceGraph.of(RandomGraphs.skewed(random, 200, 1000, 3, 2));
        assertThat(graph.edges()).hasSizeGreaterThan(900);
        assertThat(graph.inDegree("v0")).isGreaterThan(100);
        assertThat(graph.vertices()).hasSize(200);
    }

    @Randomized(runs = 5)
    void communitiesAreLabelledAndSymmetric(RandomGenerator random) {
        ReferenceGraph graph = ReferenceGraph.of(RandomGraphs.communities(random, 60, 200, 3, 0.8, 4));
        assertThat(graph.labels()).hasSize(60);
        assertThat(graph.edges().keySet())
                .isNotEmpty()
                .allMatch(e ->
                        graph.edges().containsKey(new EdgeId(/* source= */ e.target(), /* target= */ e.source(), "")));
    }

    @Test
    void shrinkerLeavesWhatTheFailureNeeds() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            numbers.add(i);
        }
        assertThat(Shrinker.shrink(numbers, list -> list.contains(17) && list.contains(140)))
                .containsExactly(17, 140);
    }

    @Test
    void failedCheckShowsTheShortestListAndItsOwnFailure() {
        List<Integer> numbers = List.of(1, 2, 3, 4, 5, 6);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> Shrinker.check(numbers, list -> assertThat(list).doesNotContain(4)))
                .withMessage("1 of 6 events show the failure:\n    4")
                .withCauseInstanceOf(AssertionError.class);
        Shrinker.check(numbers, list -> assertThat(list).doesNotContain(7));
    }

    @Test
    void seedsAreFixedUnlessToldOtherwise() throws NoSuchMethodException {
        var method = TestKitTest.class.getDeclaredMethod("shrinkerLeavesWhatTheFailureNeeds");
        long[] seeds = RandomizedExtension.seeds(method, "", 3).toArray();
        assertThat(RandomizedExtension.seeds(method, "", 3).toArray())
                .isEqualTo(seeds)
                .doesNotHaveDuplicates();
        assertThat(RandomizedExtension.seeds(method, "fresh", 3).toArray()).isNotEqualTo(seeds);
        assertThat(RandomizedExtension.seeds(method, "-12", 3).toArray())
                .isEqualTo(LongStream.of(-12).toArray());
    }
}
