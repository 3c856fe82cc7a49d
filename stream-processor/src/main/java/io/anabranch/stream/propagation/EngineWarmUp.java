package io.anabranch.stream.propagation;

import io.anabranch.graph.hag.DirectPlan;
import io.anabranch.stream.frozen.KernelWarmUp;
import java.util.Arrays;

/** Runs what an engine computes with, kernels of layers and of aggregation plans, until the compiler has taken it up. */
public final class EngineWarmUp {
    private static final int EDGES = 20_000;
    private static final int WIDTH = 80;

    private EngineWarmUp() {}

    /**
     * Takes about a second of one core, the first time; the kernels are shared by all models and all threads.
     *
     * @return a number made of all results, so that no call can be left out
     */
    public static float run() {
        float total = KernelWarmUp.run();
        float[] weights = new float[EDGES];
        float[] in = new float[WIDTH];
        float[] out = new float[WIDTH];
        // Weights of 1 are added by a kernel of their own.
        for (float weight : new float[] {1f, 0.5f}) {
            Arrays.fill(weights, weight);
            Arrays.fill(in, weight);
            DirectPlan.of(1, new int[] {0, EDGES}, new int[EDGES], weights).sum(in, WIDTH, out);
            total += out[0];
        }
        return total;
    }
}
