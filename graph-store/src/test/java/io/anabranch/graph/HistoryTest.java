package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.testkit.ReferenceGraph.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final EdgeId EDGE = new EdgeId("a", "b", "");

    private final MapJournal journal = new MapJournal();
    private final PartitionGraph graph = open(true);

    private PartitionGraph open(boolean histories) {
        return PartitionGraph.open(Ownership.byHash(1, 0), 1, journal, PartitionGraph.MOST_BURIALS_AT_ONCE, histories);
    }

    private static GraphMutation upsert(String source, String target, long time, float weight) {
        return new GraphMutation.UpsertEdge(new EdgeId(source, target, ""), weight, Provenance.OBSERVED, time);
    }

    private static Step step(String source, String target, long time, float weight) {
        return new Step(new EdgeId(source, target, ""), time, weight);
    }

    private static List<Step> history(PartitionGraph graph, String id) {
        return GraphReading.histories(graph).getOrDefault(id, List.of());
    }

    @Test
    void stepsStandInTheOrderOfTimeSourceTargetAndType() {
        graph.apply(upsert("b", "a", 5, 1));
        graph.apply(upsert("a", "c", 5, 1));
        graph.apply(new GraphMutation.UpsertEdge(new EdgeId("a", "b", "t"), 2, Provenance.OBSERVED, 5));
        graph.apply(upsert("a", "b", 5, 3));
        graph.apply(upsert("z", "a", 4, 1));
        assertThat(history(graph, "a"))
                .containsExactly(
                        step("z", "a", 4, 1),
                        step("a", "b", 5, 3),
                        new Step(new EdgeId("a", "b", "t"), 5, 2),
                        step("a", "c", 5, 1),
                        step("b", "a", 5, 1));
    }

    /** An edge that is written again, removed, expired or learned: what happened has happened, and what is proposed has not. */
    @Test
    void historiesAreOfWhatHappened() {
        graph.apply(upsert("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 2, 5));
        graph.apply(new GraphMutation.RemoveEdge(EDGE, 3));
        graph.apply(new GraphMutation.UpsertEdge(EDGE, 1, Provenance.LEARNED, 4));
        assertThat(history(graph, "a")).containsExactly(step("a", "b", 1, 1), step("a", "b", 2, 5));
        graph.apply(upsert("a", "b", 2, 6));
        assertThat(history(graph, "b"))
                .as("the later record")
                .containsExactly(step("a", "b", 1, 1), step("a", "b", 2, 6));
    }

    @Test
    void anErasedEventIsRefusedWhenItComesAgain() {
        graph.apply(upsert("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 5, 2));
        graph.apply(new GraphMutation.EraseEdge(EDGE, 5, 9));
        assertThat(graph.edgeCount()).isZero();
        assertThat(history(graph, "a")).containsExactly(step("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 5, 2));
        assertThat(graph.edgeCount()).isZero();
        assertThat(history(graph, "a")).containsExactly(step("a", "b", 1, 1));
        assertThat(history(graph, "b")).containsExactly(step("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 6, 2));
        assertThat(graph.edgeCount()).isOne();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GraphMutation.EraseEdge(EDGE, 5, 4))
                .withMessageContaining("time (5) cannot be erased at time (4)");
    }

    @Test
    void anErasureIsRememberedWithoutHistoriesToo() {
        PartitionGraph plain = open(false);
        plain.apply(upsert("a", "b", 5, 2));
        plain.apply(new GraphMutation.EraseEdge(EDGE, 5, 9));
        plain.apply(upsert("a", "b", 5, 2));
        assertThat(plain.edgeCount()).isZero();
        assertThat(plain.stepCount()).isZero();
    }

    @Test
    void aDeleteEndsTheVertexsOwnStepsAlone() {
        graph.apply(upsert("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 3, 1));
        graph.apply(new GraphMutation.RemoveNode("a", 2));
        assertThat(history(graph, "a")).containsExactly(step("a", "b", 3, 1));
        assertThat(history(graph, "b")).hasSize(2);
        graph.apply(upsert("a", "c", 2, 1));
        assertThat(history(graph, "a")).as("what comes late").hasSize(1);
        assertThat(history(graph, "c")).hasSize(1);
    }

    /** A life may die between the delete and the last of the steps. */
    @Test
    void stepsThatADeleteHasEndedDoNotComeBack() {
        graph.restore(new StepFact("a", EDGE, 2, 1, PartitionGraph.NEVER));
        graph.restore(new StepFact("a", EDGE, 3, 1, PartitionGraph.NEVER));
        graph.restore(new NodeFact("a", 2, false, "", null, 2));
        journal.write(new StepFact("a", EDGE, 2, 1, PartitionGraph.NEVER), false);
        graph.finishRestore();
        assertThat(history(graph, "a")).containsExactly(step("a", "b", 3, 1));
        assertThat(journal.facts()).isEmpty();
    }

    @Test
    void withoutHistoriesWhatIsStoredOfThemIsForgotten() {
        StepFact stored = new StepFact("a", EDGE, 2, 1, PartitionGraph.NEVER);
        journal.write(stored, false);
        PartitionGraph plain = open(false);
        plain.restore(stored);
        plain.finishRestore();
        assertThat(plain.stepCount()).isZero();
        assertThat(journal.facts()).isEmpty();
    }

    @Test
    void theSourcesOwnerKeepsAStepAndNoEdge() {
        int partitions = 7;
        int owner = Ownership.byHash(partitions, 0).ownerOf("a");
        PartitionGraph source = PartitionGraph.open(
                Ownership.byHash(partitions, owner), 1, journal, PartitionGraph.MOST_BURIALS_AT_ONCE, true);
        source.applyToSource(upsert("a", "b", 1, 1));
        assertThat(source.edgeCount()).isZero();
        assertThat(source.exists(source.ordinalOf("a"))).isFalse();
        assertThat(history(source, "a")).containsExactly(step("a", "b", 1, 1));
        source.applyToSource(new GraphMutation.EraseEdge(EDGE, 1, 2));
        assertThat(source.stepCount()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source.applyToSource(new GraphMutation.RemoveEdge(EDGE, 3)))
                .withMessageContaining("no step of a source");
        PartitionGraph other =
                PartitionGraph.open(Ownership.byHash(partitions, (owner + 1) % partitions), 1, FactJournal.NONE);
        assertThatThrownBy(() -> other.applyToSource(upsert("a", "b", 1, 1)))
                .isInstanceOf(ForeignVertexException.class);
    }

    @Test
    void mergedStepsYieldToThoseThatAreHereButForErasures() {
        graph.apply(upsert("a", "b", 1, 1));
        graph.apply(upsert("a", "b", 2, 1));
        graph.merge(new StepFact("b", EDGE, 1, 7, PartitionGraph.NEVER));
        graph.merge(new StepFact("b", EDGE, 3, 7, PartitionGraph.NEVER));
        graph.merge(new StepFact("b", EDGE, 2, 0, 8));
        assertThat(history(graph, "b")).containsExactly(step("a", "b", 1, 1), step("a", "b", 3, 7));
        assertThat(graph.edgeCount()).as("the erasure is of the edge, too").isZero();
        graph.merge(new EdgeFact(EDGE, 4, true, 1, Provenance.OBSERVED));
        assertThat(history(graph, "b")).as("a register is no event").hasSize(2);
    }
}
