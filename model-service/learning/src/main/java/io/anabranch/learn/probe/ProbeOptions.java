package io.anabranch.learn.probe;

/**
 * How to probe.
 *
 * @param hops H: figures are for 0 to H hops; 1 to 16
 * @param mostSide side of the largest Gram matrix; above it training rows are sampled, which the report says. 2 n³ operations per matrix
 *     and 2 H + 1 matrices: about a second each at 1024
 * @param rankTolerance eigenvalues of a Gram matrix below this share of the greatest count as zero. At 1e-10 a singular value is seen down
 *     to 1e-5 of the greatest
 * @param depthTolerance a depth is good enough where its held-out alignment is not further than this below the best
 * @param graphTolerance a graph is refused where an alignment falls by more than this
 * @param seed of the sample of training rows
 */
public record ProbeOptions(
        int hops, int mostSide, double rankTolerance, double depthTolerance, double graphTolerance, long seed) {

    public ProbeOptions {
        requireBetween("hops", hops, 1, 16);
        requireBetween("most side", mostSide, 2, 8192);
        requireShare("rank tolerance", rankTolerance);
        requireShare("depth tolerance", depthTolerance);
        requireShare("graph tolerance", graphTolerance);
    }

    public static ProbeOptions defaults() {
        return new ProbeOptions(6, 1024, 1e-10, 0.1, 0.05, 1);
    }

    public ProbeOptions withHops(int value) {
        return new ProbeOptions(value, mostSide, rankTolerance, depthTolerance, graphTolerance, seed);
    }

    public ProbeOptions withMostSide(int value) {
        return new ProbeOptions(hops, value, rankTolerance, depthTolerance, graphTolerance, seed);
    }

    private static void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("The option (%s) of the probe cannot be (%d); allowed: %d to %d."
                    .formatted(option, value, least, most));
        }
    }

    private static void requireShare(String option, double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException(
                    "The option (%s) of the probe cannot be (%s); allowed: more than 0, less than 1."
                            .formatted(option, value));
        }
    }
}
