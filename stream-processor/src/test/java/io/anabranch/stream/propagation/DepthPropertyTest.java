package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.testkit.EventTraces;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.graph.testkit.TraceShape;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.DeepSnapshots;
import io.anabranch.stream.frozen.Snapshots;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every connection along depth over every convolution, in one partition: after each batch the embeddings, and at the end those of an engine that
 * starts on the final graph, are those of the forward pass in double precision; the audit agrees.
 */
class DepthPropertyTest {
    private static final int SEEDS = 6;
    private static final int DIMENSION = 7;

    record Kind(DepthConnection connection, Convolution convolution) {
        Layer[] layers(SplittableRandom random) {
            var layer = Layer.newBuilder().setConvolution(convolution);
            if (convolution == Convolution.CONVOLUTION_GAT) {
                layer.setHeads(random.nextInt(1, 4)).setHeadCombinationValue(random.nextInt(3));
            }
            var layers = new Layer[random.nextInt(1, 7)];
            Arrays.fill(layers, layer.build());
            return layers;
        }

        @Override
        public String toString() {
            return connection + " " + convolution;
        }
    }

    static Stream<Kind> kinds() {
        return Arrays.stream(DepthConnection.values())
                .filter(connection -> connection != DepthConnection.DEPTH_CONNECTION_UNSPECIFIED)
                .filter(connection -> connection != DepthConnection.UNRECOGNIZED)
                .flatMap(connection -> Arrays.stream(Convolution.values())
                        .filter(convolution -> convolution != Convolution.CONVOLUTION_UNSPECIFIED)
                        .filter(convolution -> convolution != Convolution.UNRECOGNIZED)
                        .map(convolution -> new Kind(connection, convolution)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void incrementalEqualsTheForwardPass(Kind kind) {
        int compared = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new SplittableRandom(31L * kind.toString().hashCode() + seed);
            // Rows of one stride and of several.
            int widest = seed < 2 ? 40 : 9;
            var model = DeepSnapshots.random(1, kind.connection(), kind.layers(random), DIMENSION, widest, random);
            compared += run(model, random);
        }
        assertThat(compared).as("embeddings compared").isGreaterThan(60 * SEEDS);
    }

    private static int run(ModelSnapshot model, SplittableRandom random) {
        var solo = new SoloEngine(Snapshots.frozen(model));
        var audit = new EngineAudit(solo.engine, solo.graph);
        var trace = EventTraces.of(random, new TraceShape(18, 120, DIMENSION, 3, 2, 0.3, 0.25, 0.1, 0.2, 0.2));
        int compared = 0;
        for (int from = 0; from < trace.size(); ) {
            int to = Math.min(trace.size(), from + random.nextInt(1, 25));
            solo.apply(trace.subList(from, to));
            from = to;
            compared += compare(model, solo.engine, solo, trace.subList(0, to));
        }
        compared += compare(model, solo.startedNow(), solo, trace);
        solo.graph.forEachExisting(v -> {
            var worst = audit.compare(v);
            assertThat(worst.relative()).as(worst.toString()).isLessThan(1e-5);
        });
        assertThat(solo.worstError(solo.freshPass())).isLessThan(1e-5);
        return compared;
    }

    private static int compare(
            ModelSnapshot model, Engine engine, SoloEngine solo, List<? extends GraphMutation> trace) {
        var expected = new NaiveForward(model, ReferenceGraph.of(trace)).embeddings();
        int[] compared = {0};
        solo.graph.forEachExisting(v -> {
            double[] row = requireNonNull(expected.get(solo.graph.vertexId(v)));
            assertThat(NaiveForward.error(engine.embedding(v), row))
                    .as("vertex %s", solo.graph.vertexId(v))
                    .isLessThan(1e-5);
            compared[0]++;
        });
        assertThat(compared[0]).isEqualTo(expected.size());
        return compared[0];
    }
}
