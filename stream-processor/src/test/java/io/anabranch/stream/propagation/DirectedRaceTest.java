package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.stream.frozen.Snapshots;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A race that chance hardly ever finds: a partition drops its copy of a vertex and wants it again; then it dies, every write of its state is
 * kept and nothing that it sent. The owner sees an unbroken subscription, and would not answer.
 */
class DirectedRaceTest {
    private static void play(Fault... faults) {
        String source = owned(0);
        String target = owned(1);
        var edge = new EdgeId(source, target, "");
        var trace = List.<GraphMutation>of(
                new GraphMutation.UpsertNode(source, "", FeatureVector.dense(1, 2, 3), 1),
                new GraphMutation.UpsertEdge(edge, 1, Provenance.OBSERVED, 2),
                new GraphMutation.RemoveEdge(edge, 3),
                new GraphMutation.UpsertEdge(edge, 0.5f, Provenance.OBSERVED, 4));
        var model = Snapshots.random(
                1,
                Convolution.CONVOLUTION_SAGE_SUM,
                FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                new SplittableRandom(1),
                3,
                3,
                3);
        var world = new Simulation(
                new Scenario(
                        1,
                        2,
                        3,
                        trace,
                        List.of(model),
                        LogClock.ANY_LATENESS,
                        CrashMode.ONE_STORE,
                        AssertionMode.FULL,
                        Set.of(faults)),
                new Sightings());
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
    void itIsLostIfTheRestartDoesNotSayWhatItWants() {
        assertThatThrownBy(() -> play(Fault.NO_SYNC)).isInstanceOf(AssertionError.class);
    }
}
