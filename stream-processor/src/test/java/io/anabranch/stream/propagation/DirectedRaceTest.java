package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.Snapshots;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Races that chance hardly ever finds. */
class DirectedRaceTest {
    /**
     * A partition drops its copy of a vertex and wants it again; then it dies, every write of its state is kept and nothing that it sent. The
     * owner sees an unbroken subscription, and would not answer.
     */
    private static void play(Fault... faults) {
        var world = withDroppedCopy(faults);
        world.drain(false);
        world.check();
    }

    private static Simulation withDroppedCopy(Fault... faults) {
        String source = owned(0);
        String target = owned(1);
        var edge = new EdgeId(source, target, "");
        var trace = List.<GraphMutation>of(
                new GraphMutation.UpsertNode(source, "", FeatureVector.dense(1, 2, 3), 1),
                new GraphMutation.UpsertEdge(edge, 1, Provenance.OBSERVED, 2),
                new GraphMutation.RemoveEdge(edge, 3),
                new GraphMutation.UpsertEdge(edge, 0.5f, Provenance.OBSERVED, 4));
        var world = world(LogClock.ANY_LATENESS, trace, faults);
        world.publishAll();
        world.route(0);
        world.route(1);
        world.drain(false);
        var sink = world.partition(1);
        world.route(2);
        world.route(3);
        while (sink.stepUpdate()) {
            sink.task.propagate();
        }
        sink.crashSilently();
        return world;
    }

    private static Simulation world(long lateness, List<GraphMutation> trace, Fault... faults) {
        var model = Snapshots.random(
                1,
                Convolution.CONVOLUTION_SAGE_SUM,
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                new SplittableRandom(1),
                3,
                3,
                3);
        return new Simulation(
                new Scenario(
                        1,
                        2,
                        3,
                        trace,
                        List.of(model),
                        lateness,
                        CrashMode.ONE_STORE,
                        AssertionMode.FULL,
                        Set.of(faults),
                        List.of()),
                new Sightings());
    }

    /**
     * An edge from before a delete is accepted, and dies of the answer. Then the clock moves on, and the partition dies before it commits: it
     * will accept the edge a second time, and ask a second time.
     */
    private static void playBack(Fault... faults) {
        String source = owned(0);
        String target = owned(1);
        var world = world(
                10,
                List.of(
                        new GraphMutation.UpsertNode(source, "", FeatureVector.dense(1, 2, 3), 1),
                        new GraphMutation.RemoveNode(source, 7),
                        new GraphMutation.SetLabel(
                                source, new Label("task", new LabelValue.OneClass("any"), Part.TRAIN), 100),
                        new GraphMutation.UpsertEdge(new EdgeId(source, target, ""), 1, Provenance.OBSERVED, 6),
                        new GraphMutation.UpsertNode(target, "", FeatureVector.dense(3, 2, 1), 100)),
                faults);
        var owner = world.partition(0);
        var sink = world.partition(1);
        world.publishAll();
        world.route(0);
        world.route(1);
        world.route(2);
        world.drain(false);
        sink.commit();
        world.route(3);
        world.route(4);
        for (int round = 0; round < 2; round++) {
            for (var partition : List.of(sink, owner)) {
                while (partition.stepUpdate() || partition.stepHalo()) {
                    partition.task.propagate();
                }
                partition.sendAll();
            }
        }
        sink.tellOfCommit();
        sink.sendAll();
        while (owner.stepHalo()) {
            owner.task.propagate();
        }
        for (int commit = 0; commit < 4; commit++) {
            owner.commit();
        }
        sink.crashLosingAll();
        // The answer of back then comes while nobody wants it.
        while (sink.stepHalo()) {
            sink.task.propagate();
        }
        world.drain(false);
        world.check();
    }

    private static String owned(int partition) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "v" + i)
                .filter(io.anabranch.graph.Ownership.byHash(2, partition)::owns)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aCopyThatWasDroppedIsAskedForAgain() {
        assertThatCode(DirectedRaceTest::play).doesNotThrowAnyException();
    }

    @Test
    void itIsLostIfTheRestartClaimsToHaveIt() {
        assertThatThrownBy(() -> play(Fault.SYNC_CLAIMS_TO_HAVE)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aDeleteIsRememberedForAsLongAsACrashCanAskForItAgain() {
        assertThatCode(DirectedRaceTest::playBack).doesNotThrowAnyException();
    }

    @Test
    void aClockThatIsNotCommittedVouchesForTooMuch() {
        assertThatThrownBy(() -> playBack(Fault.GOSSIP_AHEAD_OF_COMMIT))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("live edges");
    }

    @Test
    void itIsLostIfTheRestartDoesNotSayWhatItWants() {
        assertThatThrownBy(() -> play(Fault.NO_SYNC)).isInstanceOf(AssertionError.class);
    }
}
