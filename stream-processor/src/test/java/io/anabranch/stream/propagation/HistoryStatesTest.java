package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.HistoryEncoder;
import io.anabranch.stream.frozen.HistorySnapshots;
import io.anabranch.stream.frozen.Snapshots;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistoryStatesTest {
    private static final long VERSION = 3;
    private static final int WINDOW = 50;
    private static final int CHECKPOINT = 4;
    private static final EngineTuning TUNING = new EngineTuning(
            EngineTuning.Strategy.MEASURED, RowSlab.SEGMENT_FLOATS, PlanPolicy.AUTO, WINDOW, CHECKPOINT);

    private final PartitionGraph graph =
            PartitionGraph.open(Ownership.byHash(1, 0), 1, FactJournal.NONE, PartitionGraph.MOST_BURIALS_AT_ONCE, true);
    private final HistoryEncoder encoder = encoder();
    private final SimulatedState stored = new SimulatedState(1);
    private final VertexSet moved = new VertexSet();
    private HistoryStates states = open();

    private static HistoryEncoder encoder() {
        var random = new SplittableRandom(5);
        var model = Snapshots.random(
                VERSION, Convolution.CONVOLUTION_SAGE_SUM, FeatureEncoding.FEATURE_ENCODING_IDENTITY, random, 7, 2);
        return Objects.requireNonNull(
                Snapshots.frozen(HistorySnapshots.reading(model, 6, random)).history());
    }

    private HistoryStates open() {
        var checkpoints = new HistoryCheckpoints(stored);
        checkpoints().forEach((id, checkpoint) -> checkpoints.restore(VERSION, id, checkpoint));
        var opened = new HistoryStates(VERSION, encoder, graph, checkpoints, TUNING, EnumSet.noneOf(Fault.class));
        opened.start();
        return opened;
    }

    private Map<String, HistoryCheckpoint> checkpoints() {
        Map<String, HistoryCheckpoint> found = new HashMap<>();
        stored.restore(new StateReading() {
            @Override
            public void history(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
                assertThat(modelVersion).isEqualTo(VERSION);
                found.put(vertexId, checkpoint);
            }
        });
        return found;
    }

    private void pays(String source, String target, long time) {
        apply(new GraphMutation.UpsertEdge(
                new EdgeId(source, target, "pays"), 1 + time % 3, Provenance.OBSERVED, time));
    }

    private void apply(GraphMutation mutation) {
        graph.advance(mutation.time());
        graph.apply(mutation);
    }

    private void batch() {
        moved.clear();
        states.apply(graph.drainDelta().changedHistories(), moved);
    }

    private void assertExact(String id) {
        int v = graph.ordinalOf(id);
        float[] shown = new float[encoder.width()];
        states.copy(v, shown, 0);
        assertThat(shown).as("what the encoder shows of %s", id).isEqualTo(states.fromScratch(v));
    }

    @Test
    void bothEndsMoveAndNobodyElse() {
        pays("a", "b", 1);
        pays("b", "c", 2);
        batch();
        pays("a", "b", 3);
        batch();
        assertThat(moved.size()).isEqualTo(2);
        assertThat(moved.contains(graph.ordinalOf("c"))).isFalse();
        assertExact("a");
        assertExact("b");
        assertExact("c");
    }

    @Test
    void aLateStepUndoesThoseAfterItAlone() {
        for (long time = 1; time <= 20; time++) {
            pays("a", "b" + time, 2 * time);
        }
        batch();
        assertThat(states.advanced()).isEqualTo(40);
        pays("a", "late", 35);
        batch();
        // Of 36, 38 and 40.
        assertThat(states.undone()).isEqualTo(3);
        assertThat(states.restarts()).isZero();
        assertThat(states.advanced()).isEqualTo(40 + 4 + 1);
        assertExact("a");
    }

    @Test
    void aStepBeforeTheWindowMakesTheHistoryBeReadAgain() {
        for (long time = 1; time <= 20; time++) {
            pays("a", "b", 10 * time);
        }
        batch();
        pays("a", "late", 15);
        batch();
        assertThat(states.restarts()).isEqualTo(1);
        assertExact("a");
        assertExact("b");
    }

    @Test
    void anErasedStepIsAsIfItHadNeverBeen() {
        pays("a", "b", 1);
        pays("a", "c", 3);
        batch();
        float[] without = new float[encoder.width()];
        states.copy(graph.ordinalOf("a"), without, 0);
        pays("a", "d", 2);
        batch();
        apply(new GraphMutation.EraseEdge(new EdgeId("a", "d", "pays"), 2, 4));
        batch();
        assertThat(moved.contains(graph.ordinalOf("a"))).isTrue();
        float[] shown = new float[encoder.width()];
        states.copy(graph.ordinalOf("a"), shown, 0);
        assertThat(shown).isEqualTo(without);
        states.copy(graph.ordinalOf("d"), shown, 0);
        assertThat(shown).containsOnly(0);
    }

    @Test
    void aNewLifeGoesOnFromCheckpointsThatHold() {
        for (long time = 1; time <= 10; time++) {
            pays("a", "b", time);
            batch();
        }
        assertThat(checkpoints()).containsKeys("a", "b");
        assertThat(Objects.requireNonNull(checkpoints().get("a")).steps()).isEqualTo(8);
        states = open();
        assertThat(states.held()).isEqualTo(2);
        assertThat(states.advanced()).as("steps behind the checkpoints").isEqualTo(4);
        assertExact("a");
        // One that came before what the checkpoint is of, and no batch took it up.
        pays("a", "c", 3);
        states = open();
        assertThat(states.held()).as("that of b").isEqualTo(1);
        assertExact("a");
        assertExact("b");
        assertExact("c");
    }

    @Test
    void whatIsStoredGoesWithTheVertexAndWithTheVersion() {
        for (long time = 1; time <= 10; time++) {
            pays("a", "b", time);
        }
        batch();
        apply(new GraphMutation.RemoveNode("a", 11));
        batch();
        assertThat(checkpoints()).containsOnlyKeys("b");
        states.retire();
        assertThat(checkpoints()).isEmpty();
        pays("a", "b", 12);
        batch();
        assertExact("a");
    }

    @Test
    void askedForTheyAreReadFromTheFirstStepOn() {
        pays("a", "b", 1);
        pays("a", "b", 2);
        batch();
        long before = states.advanced();
        var suspects = new VertexSet();
        suspects.add(graph.ordinalOf("a"));
        moved.clear();
        states.renew(suspects, moved);
        assertThat(states.advanced() - before).isEqualTo(2);
        assertThat(moved.isEmpty()).as("nothing was wrong").isTrue();
    }
}
