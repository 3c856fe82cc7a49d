package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import io.anabranch.stream.frozen.Snapshots;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More layers than a VALUE has bits for: then it always carries all of them; and exactly as many as it has. */
class ManyLayersTest {
    private static final int DIMENSION = 4;
    private static final int WIDTH = 6;

    @ParameterizedTest
    @CsvSource({
        "28, DEPTH_CONNECTION_MOMENTUM, NONE",
        "29, DEPTH_CONNECTION_RESIDUAL, EXACTLY_ONCE",
        "32, DEPTH_CONNECTION_MOMENTUM, NONE",
        "33, DEPTH_CONNECTION_REVERSIBLE_GATE, ONE_STORE",
        "40, DEPTH_CONNECTION_GRU, EXACTLY_ONCE"
    })
    void partitionsAgreeWithTheForwardPass(int layers, DepthConnection connection, CrashMode mode) {
        int compared = 0;
        for (int seed = 0; seed < 4; seed++) {
            var random = new SplittableRandom(seed);
            var model = Snapshots.filled(1, spec(layers, connection), random);
            var trace = EventTraces.of(random, new TraceShape(12, 60, DIMENSION, 2, 1, 0.3, 0.2, 0.1, 0.2, 0.2));
            var scenario = new Scenario(
                    seed,
                    3,
                    DIMENSION,
                    trace,
                    List.of(model),
                    LogClock.ANY_LATENESS,
                    mode,
                    AssertionMode.FULL,
                    Set.of(),
                    null);
            var simulation = new Simulation(scenario, new Sightings());
            simulation.run();
            compared += simulation.embeddingsCompared();
        }
        assertThat(compared).isGreaterThan(20);
    }

    private static ModelSpec spec(int layers, DepthConnection connection) {
        var stage = Stage.newBuilder().setLayers(layers).setWidth(WIDTH);
        switch (connection) {
            case DEPTH_CONNECTION_MOMENTUM -> stage.setMomentum(0.9f);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> stage.setMaxForget(0.875f).setSharedCell(true);
            default -> {}
        }
        var spec = ModelSpec.newBuilder()
                .setName("tall")
                .setFeatureDimension(DIMENSION)
                .setDepthConnection(connection)
                .setReadout(Readout.READOUT_ALL_HOPS)
                .setReadoutWidth(5)
                .addStages(stage);
        for (int l = 0; l < layers; l++) {
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(Convolution.CONVOLUTION_GCN)
                    .setInputWidth(WIDTH)
                    .setOutputWidth(WIDTH)
                    .setActivation(Activation.ACTIVATION_TANH));
        }
        return spec.build();
    }
}
