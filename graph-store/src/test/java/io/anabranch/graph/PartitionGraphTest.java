package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.anabranch.graph.testkit.GraphText;
import org.junit.jupiter.api.Test;

final class PartitionGraphTest {

    private final MapJournal journal = new MapJournal();
    private final PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), 2, journal);

    @Test
    void edgeGivesItsEndsExistenceWithZeroFeatures() {
        apply("a->b");

        assertThat(graph.exists(v("a"))).isTrue();
        assertThat(graph.exists(v("b"))).isTrue();
        assertThat(graph.hasFeatures(v("a"))).isFalse();
        assertThat(graph.inDegree(v("b"))).isOne();
        assertThat(graph.ordinalOf("c")).isEqualTo(PartitionGraph.NO_VERTEX);
    }

    @Test
    void addAndDeleteInOneDrainIsNothing() {
        apply("a->b -a->b");
        GraphDelta delta = graph.drainDelta();

        assertThat(delta.addedEdges().isEmpty()).isTrue();
        assertThat(delta.removedEdges().isEmpty()).isTrue();
        assertThat(delta.appeared().isEmpty()).isTrue();
        assertThat(delta.degreeChanged().isEmpty()).isTrue();
        assertThat(delta.touched().size()).isEqualTo(2);
    }

    @Test
    void lateEdgeFromBeforeTheDeleteStaysDead() {
        apply("a b -a@7 a->b@6 b->a@7");

        assertThat(graph.edgeCount()).isZero();

        apply("a->b@8");

        assertThat(graph.edgeCount()).isOne();
    }

    @Test
    void lateDeleteBuriesTheOlderEdgesOfANewerNode() {
        apply("a@8 a->b@5 b->a@7 a->c@9 -a@7");

        assertThat(graph.exists(v("a"))).isTrue();
        assertThat(graph.edgeCount()).isOne();
        assertThat(graph.outTarget(v("a"), 0)).isEqualTo(v("c"));
    }

    @Test
    void nodeDeleteWinsOverAnEdgeOfEqualTimeInEitherOrder() {
        apply("-a@7 a->b@7 c->d@7 -c@7");

        assertThat(graph.edgeCount()).isZero();
    }

    @Test
    void laterRecordWinsAtEqualTimes() {
        apply("a->b:2@5 a->b:3@5");
        assertThat(graph.inWeight(v("b"), 0)).isEqualTo(3);

        apply("-a->b@5");
        assertThat(graph.edgeCount()).isZero();

        apply("a->b:4@4");
        assertThat(graph.edgeCount()).isZero();
    }

    @Test
    void selfLoopsAndParallelEdgesAreBuriedWithTheirNode() {
        apply("a->a a-[x]->a a-[x]->b a->b b->a");
        graph.drainDelta();

        apply("-a@9");
        GraphDelta delta = graph.drainDelta();

        assertThat(delta.removedEdges().size()).isEqualTo(5);
        assertThat(delta.disappeared().size()).isEqualTo(2);
        assertThat(graph.edgeCount()).isZero();
    }

    @Test
    void buriedEdgeIsATombstoneOfItsOwnTimeInTheJournal() {
        apply("a->b@5 -a@7");

        assertThat(journal.facts())
                .contains(new FactJournal.EdgeFact(new EdgeId("a", "b", ""), 5, false, 0, Provenance.OBSERVED));
    }

    @Test
    void haloSourceIsWantedAndItsDeleteBuries() {
        Ownership ownership = ownsOnly("b");
        PartitionGraph partition = PartitionGraph.open(ownership, 0, FactJournal.NONE);
        GraphText.mutations("a->b@5").forEach(partition::apply);
        int a = partition.ordinalOf("a");

        assertThat(partition.drainDelta().wanted().toArray()).containsExactly(a);

        partition.raiseDeleteTime(a, 6);
        GraphDelta delta = partition.drainDelta();
        assertThat(delta.unwanted().toArray()).containsExactly(a);
        assertThat(delta.removedEdges().size()).isOne();
        assertThat(partition.exists(partition.ordinalOf("b"))).isFalse();

        GraphText.mutations("a->b@6").forEach(partition::apply);
        assertThat(partition.edgeCount()).isZero();
    }

    @Test
    void sourceThatIsUnwantedAndWantedAgainInOneDrainIsInNeitherList() {
        PartitionGraph partition = PartitionGraph.open(ownsOnly("b"), 0, FactJournal.NONE);
        GraphText.mutations("a->b").forEach(partition::apply);
        partition.drainDelta();

        GraphText.mutations("-a->b@5 a-[x]->b@6").forEach(partition::apply);
        GraphDelta delta = partition.drainDelta();

        assertThat(delta.wanted().isEmpty()).isTrue();
        assertThat(delta.unwanted().isEmpty()).isTrue();
    }

    @Test
    void subscriberMakesAVertexExist() {
        int a = graph.intern("a");
        graph.setSubscribed(a, true);
        assertThat(graph.drainDelta().appeared().toArray()).containsExactly(a);

        graph.setSubscribed(a, false);
        assertThat(graph.drainDelta().disappeared().toArray()).containsExactly(a);
    }

    @Test
    void removedNodeLosesItsFeatures() {
        graph.apply(new GraphMutation.UpsertNode("a", "account", FeatureVector.dense(1, 2), 1));
        graph.drainDelta();
        apply("b->a@9 -a@5");

        float[] row = {9, 9, 9};
        graph.copyFeatures(v("a"), row, 1);

        assertThat(row).containsExactly(9, 0, 0);
        assertThat(graph.vertexType(v("a"))).isEmpty();
        assertThat(graph.drainDelta().changedFeatures().toArray()).containsExactly(v("a"));
    }

    @Test
    void staleDeleteIsJournaledWithTheFeaturesThatTheNodeKeeps() {
        FeatureVector row = FeatureVector.dense(1, 2);
        graph.apply(new GraphMutation.UpsertNode("a", "account", row, 8));
        apply("-a@7");

        assertThat(journal.facts()).containsExactly(new FactJournal.NodeFact("a", 8, true, "account", row, 7));
    }

    @Test
    void callersMistakesAreNamed() {
        PartitionGraph partition = PartitionGraph.open(ownsOnly("b"), 2, FactJournal.NONE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> GraphText.mutations("b->a").forEach(partition::apply))
                .withMessageContaining("vertex (a) is owned by partition 1, not by this one (0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> partition.apply(new GraphMutation.UpsertNode("b", "", FeatureVector.dense(1), 1)))
                .withMessageContaining("node (b) have dimension 1, the graph has 2");
        assertThatIllegalArgumentException().isThrownBy(() -> partition.raiseDeleteTime(partition.intern("b"), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> partition.setSubscribed(partition.intern("a"), true));
    }

    /** As of a state that was written before ids had hash tags. */
    @Test
    void aRegisterOfAVertexOfAnotherPartitionIsNotRestored() {
        PartitionGraph partition = PartitionGraph.open(ownsOnly("b"), 0, FactJournal.NONE);

        assertThatExceptionOfType(ForeignVertexException.class)
                .isThrownBy(() ->
                        partition.restore(new FactJournal.NodeFact("{b}a", 1, true, "", null, PartitionGraph.NEVER)))
                .withMessage("The vertex ({b}a) is owned by partition 1, not by this one (0).");
        assertThatExceptionOfType(ForeignVertexException.class)
                .isThrownBy(() -> partition.setSubscribed(partition.intern("{b}c"), true));
    }

    @Test
    void mutationBeforeTheEndOfARestoreIsRefused() {
        graph.restore(new FactJournal.NodeFact("a", 1, true, "", null, PartitionGraph.NEVER));

        assertThatIllegalStateException()
                .isThrownBy(() -> apply("b"))
                .withMessageContaining("restore must be finished");
    }

    @Test
    void restoreAfterTheFirstMutationIsRefused() {
        apply("a");

        assertThatIllegalStateException()
                .isThrownBy(
                        () -> graph.restore(new FactJournal.NodeFact("b", 1, true, "", null, PartitionGraph.NEVER)));
    }

    private static Ownership ownsOnly(String id) {
        return new Ownership() {
            @Override
            public int partitions() {
                return 2;
            }

            @Override
            public int partition() {
                return 0;
            }

            @Override
            public int ownerOf(String vertexId) {
                return vertexId.equals(id) ? 0 : 1;
            }
        };
    }

    private void apply(String text) {
        GraphText.mutations(text).forEach(graph::apply);
    }

    private int v(String id) {
        return graph.ordinalOf(id);
    }
}
