package io.anabranch.stream.propagation;

/**
 * Says for one layer and batch whether to add deltas to the accumulators or to sum them anew.
 *
 * <p>Deltas cost a row addition for every out-edge of a moved source, scattered over the sinks; summing anew one for every in-edge of
 * every sink that is reached, of which there are at least as many, but gathered into a row that stays in the first cache. So deltas win unless
 * the batch reaches much of the graph. What one addition of either kind takes is measured on the batches themselves, large ones only, so that small ones pay
 * nothing for the clock. Not thread-safe.
 */
final class CostModel {
    /** Additions below which a layer always takes deltas and measures nothing. */
    static final int SMALL = 4096;
    /** Before anything was measured: additions gathered in the time of one scattered. */
    private static final double FIRST_RATIO = 3;

    private static final double WEIGHT_OF_NEWEST = 0.25;

    private final EngineTuning.Strategy strategy;
    private double scatterNanos;
    private double gatherNanos;

    CostModel(EngineTuning.Strategy strategy) {
        this.strategy = strategy;
    }

    /** Whether the layer is worth planning: counting the sinks that it would reach. */
    boolean plans(long scattered, long edges) {
        return switch (strategy) {
            case DELTA -> false;
            case GATHER -> true;
            case MEASURED -> scattered >= SMALL && scattered * 2 * FIRST_RATIO > edges;
        };
    }

    /** Whether {@code gathered} additions into their sinks are faster than {@code scattered} ones. */
    boolean gathers(long scattered, long gathered) {
        if (strategy == EngineTuning.Strategy.GATHER) {
            return true;
        }
        double ratio = scatterNanos > 0 && gatherNanos > 0 ? scatterNanos / gatherNanos : FIRST_RATIO;
        return scattered * ratio > gathered;
    }

    void scattered(long additions, long nanos) {
        scatterNanos = blend(scatterNanos, additions, nanos);
    }

    void gathered(long additions, long nanos) {
        gatherNanos = blend(gatherNanos, additions, nanos);
    }

    private static double blend(double before, long additions, long nanos) {
        if (additions < SMALL) {
            return before;
        }
        double now = (double) nanos / additions;
        return before == 0 ? now : before + WEIGHT_OF_NEWEST * (now - before);
    }
}
