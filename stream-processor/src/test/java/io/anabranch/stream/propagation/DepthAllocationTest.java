package io.anabranch.stream.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.KernelWarmUp;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Once arrays have grown and the compiler has taken up the kernels, what a batch costs along depth is no memory. In a process of its own: in one that has run
 * all other tests, what the compiler makes of vectors depends on what they ran.
 */
class DepthAllocationTest {
    private static final int DIMENSION = 24;
    private static final int VERTICES = 60;
    private static final int NEARLY_NOTHING = 200;
    /** The compiler takes up the kernels beside the batches, and on a busy machine late. */
    private static final int MOST_BATCHES = 40_000;

    @Test
    void batchesAllocateNothing() throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DepthAllocationTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isZero();
        assertThat(told.lines())
                .as("one line per connection")
                .hasSize(5)
                .allSatisfy(bytes ->
                        assertThat(Long.parseLong(bytes)).as("bytes of a batch").isLessThan(NEARLY_NOTHING));
    }

    /** Prints for each connection how many bytes the batch allocated that allocated least. */
    public static void main(String[] arguments) {
        EngineWarmUp.run();
        for (var model : KernelWarmUp.deepModels(DIMENSION, 32)) {
            System.out.println(leastBytes(model));
        }
    }

    private static long leastBytes(FrozenModel model) {
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
        for (int batch = 2; batch < MOST_BATCHES && least >= NEARLY_NOTHING; batch++) {
            solo.graph.apply(node(random, random.nextInt(VERTICES), batch));
            var delta = solo.graph.drainDelta();
            long before = bean.getThreadAllocatedBytes(thread);
            solo.engine.apply(delta, noHalo);
            least = Math.min(least, bean.getThreadAllocatedBytes(thread) - before);
            if (solo.engine.embeddingChanged().size() == 0) {
                throw new IllegalStateException("The batch (%d) changed nothing.".formatted(batch));
            }
        }
        return least;
    }

    private static GraphMutation node(SplittableRandom random, int v, long time) {
        float[] row = new float[DIMENSION];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new GraphMutation.UpsertNode("v" + v, "", FeatureVector.dense(row), time);
    }
}
