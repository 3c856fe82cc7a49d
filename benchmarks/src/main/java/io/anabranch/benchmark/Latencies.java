package io.anabranch.benchmark;

import java.util.Arrays;

/** Durations in nanoseconds, and their percentiles. Grows without allocating where it was made large enough. */
final class Latencies {
    private long[] nanos = new long[1 << 18];
    private int count;
    private long total;

    void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
        total += duration;
    }

    long total() {
        return total;
    }

    /** Microseconds as text; a dash where too few were measured for this percentile to be more than the greatest. */
    String percentile(double share) {
        if (count * (1 - share) < 1) {
            return "–";
        }
        Arrays.sort(nanos, 0, count);
        double micros = nanos[(int) (count * share)] / 1e3;
        return micros < 100 ? "%.1f".formatted(micros) : "%,.0f".formatted(micros);
    }
}
