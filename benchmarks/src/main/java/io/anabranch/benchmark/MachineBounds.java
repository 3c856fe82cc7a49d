package io.anabranch.benchmark;

import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.Rows;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * What this machine can do at best, one thread, with the kernels of the engine: products of large batches, additions of rows at random
 * places, and plain copies. The best of several rounds, in thread CPU time.
 *
 * @param gigaflops of products, 10^9 FLOP/s
 * @param copyGigabytes 10^9 bytes copied a second; as many are read and as many written
 * @param nanosPerAddedFloat of row additions at random places
 */
record MachineBounds(double gigaflops, double copyGigabytes, double nanosPerAddedFloat) {
    private static final int ROUNDS = 12;
    private static final int COPIED_FLOATS = 1 << 24;
    private static final int PRODUCT_ROWS = 4096;

    /** @param rows how many rows of {@code stride} floats the additions choose from */
    static MachineBounds measure(FrozenLayer layer, int rows, int stride) {
        return new MachineBounds(product(layer), copy(), rowAdds(rows, stride));
    }

    private static double product(FrozenLayer layer) {
        int inputStride = Rows.stride(layer.inputWidth());
        float[] in = new float[PRODUCT_ROWS * inputStride];
        float[] out = new float[PRODUCT_ROWS * layer.outputStride()];
        Arrays.fill(in, 0.5f);
        double flops = 2.0 * PRODUCT_ROWS * layer.inputWidth() * layer.outputStride();
        return flops / best(() -> layer.messages(in, inputStride, PRODUCT_ROWS, out));
    }

    private static double copy() {
        float[] from = new float[COPIED_FLOATS];
        float[] to = new float[COPIED_FLOATS];
        return 4.0 * COPIED_FLOATS / best(() -> System.arraycopy(from, 0, to, 0, COPIED_FLOATS));
    }

    private static double rowAdds(int rows, int stride) {
        float[] slab = new float[rows * stride];
        float[] delta = new float[stride];
        int[] targets = DirectedGraph.shuffled(rows, new SplittableRandom(3));
        return best(() -> {
                    for (int target : targets) {
                        Rows.axpy(1f, delta, 0, slab, target * stride, stride);
                    }
                })
                / ((double) rows * stride);
    }

    /** A line of Markdown. */
    String markdown() {
        return "Machine, one thread: products %.0f GFLOP/s, copies %.1f GB/s (%.1f read and written), additions of 64-float rows at random places %.1f ns each.%n%n"
                .formatted(gigaflops, copyGigabytes, 2 * copyGigabytes, 64 * nanosPerAddedFloat);
    }

    /** Nanoseconds. */
    private static double best(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long start = ThreadMeter.cpuNanos();
            work.run();
            best = Math.min(best, ThreadMeter.cpuNanos() - start);
        }
        return best;
    }
}
