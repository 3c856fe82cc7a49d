package io.anabranch.learn.train;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.random.RandomGenerator;

/** Unordered pairs of vertices, packed smaller ordinal first into a long each. */
final class VertexPairs {

    private final long[] packed;

    VertexPairs(long[] packed) {
        this.packed = packed;
    }

    static long pack(int a, int b) {
        return (long) Math.min(a, b) << Integer.SIZE | Math.max(a, b);
    }

    int size() {
        return packed.length;
    }

    long packed(int pair) {
        return packed[pair];
    }

    int[] firsts() {
        int[] ends = new int[packed.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = (int) (packed[i] >> Integer.SIZE);
        }
        return ends;
    }

    int[] seconds() {
        int[] ends = new int[packed.length];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = (int) packed[i];
        }
        return ends;
    }

    /**
     * As many pairs of different vertices that no edge connects, uniformly. Throws {@link TrainingException} where the
     * graph leaves too few.
     */
    static VertexPairs unconnected(int count, int vertices, LongSet connected, RandomGenerator random) {
        long all = (long) vertices * (vertices - 1) / 2;
        if (all - connected.size() < Math.max(1, all / 100)) {
            throw new TrainingException(
                    "Of (%d) pairs of vertices (%d) are connected; link prediction needs pairs that are not."
                            .formatted(all, connected.size()));
        }
        long[] pairs = new long[count];
        for (int i = 0; i < count; ) {
            int a = random.nextInt(vertices);
            int b = random.nextInt(vertices);
            if (a != b && !connected.contains(pack(a, b))) {
                pairs[i++] = pack(a, b);
            }
        }
        return new VertexPairs(pairs);
    }

    LongSet asSet() {
        return new LongOpenHashSet(packed);
    }
}
