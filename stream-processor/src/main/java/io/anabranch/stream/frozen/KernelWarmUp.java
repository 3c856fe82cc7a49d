package io.anabranch.stream.frozen;

/**
 * Runs every kernel until the compiler has taken it up. Cold vector code is a thousand times slower than compiled code, so a process
 * should not call itself ready before.
 */
public final class KernelWarmUp {
    private static final int ROUNDS = 30_000;
    private static final int IN = 24;
    /** One wide tile and one narrow. */
    private static final int OUT = 80;

    private KernelWarmUp() {}

    /**
     * Takes about a second of one core, the first time; the kernels are shared by all models and all threads.
     *
     * @return a number made of all results, so that no call can be left out
     */
    public static float run() {
        float[] x = new float[IN];
        float[] weights = new float[IN * OUT];
        for (int i = 0; i < IN; i++) {
            x[i] = i % 3;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 5 - 2;
        }
        float[] bias = new float[OUT];
        float[] a = new float[OUT];
        float[] b = new float[OUT];
        float[] c = new float[OUT];
        float total = 0;
        for (var aggregation : Aggregation.values()) {
            float[] self = aggregation == Aggregation.GCN ? null : weights;
            var layer = new FrozenLayer(aggregation, Activation.RELU, IN, OUT, self, weights, bias);
            for (int i = 0; i < ROUNDS / Aggregation.values().length; i++) {
                layer.message(x, 0, layer.sourceFactor(3), a, 0);
                layer.own(x, 0, b, 0);
                Rows.axpy(0.5f, a, 0, b, 0, OUT);
                layer.combine(a, 0, b, 0, a, 0, 3, 3, c, 0);
                Rows.subtract(c, 0, b, 0, a, 0, OUT);
                total += Rows.maxAbs(a, 0, OUT) + (Rows.same(a, 0, b, 0, OUT) ? 1 : 0);
            }
        }
        return total;
    }
}
