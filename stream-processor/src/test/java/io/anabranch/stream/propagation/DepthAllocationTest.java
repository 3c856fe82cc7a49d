package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.KernelWarmUp;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Once arrays have grown and the compiler has taken up the kernels, what a batch costs along depth is no memory. */
class DepthAllocationTest {
    private static final int DIMENSION = 24;
    private static final int VERTICES = 60;

    @BeforeAll
    static void compile() {
        EngineWarmUp.run();
    }

    static Stream<FrozenModel> models() {
        return KernelWarmUp.deepModels(DIMENSION, 32).stream();
    }

    @ParameterizedTest
    @MethodSource("models")
    void batchesAllocateNothing(FrozenModel model) {
        var solo = new SoloEngine(model);
        var random = new SplittableRandom(1);
        var start = new ArrayList<GraphMutation>();
        for (int v = 0; v < VERTICES; v++) {
            start.add(node(random, v, 1));
            for (int i = 0; i < 4; i++) {
                var id = new EdgeId("v" + v, "v" + random.nextInt(VERTICES), "");
                start.add(new GraphMutation.UpsertEdge(id, 1, Provenance.OBSERVED, 1));
            }
        }
        solo.apply(start);
        var bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        var noHalo = new VertexSet();
        for (int batch = 2; batch < 400; batch++) {
            solo.graph.apply(node(random, random.nextInt(VERTICES), batch));
            var delta = solo.graph.drainDelta();
            long before = bean.getThreadAllocatedBytes(thread);
            solo.engine.apply(delta, noHalo);
            least = Math.min(least, bean.getThreadAllocatedBytes(thread) - before);
            assertThat(solo.engine.embeddingChanged().size()).isPositive();
        }
        assertThat(least).as("bytes of a batch").isLessThan(200);
    }

    private static GraphMutation node(SplittableRandom random, int v, long time) {
        float[] row = new float[DIMENSION];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new GraphMutation.UpsertNode("v" + v, "", FeatureVector.dense(row), time);
    }
}
