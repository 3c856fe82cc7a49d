package io.anabranch.graph.history;

import java.util.Arrays;

/**
 * Encodes the time since something happened as numbers that a linear map can read: the logarithm of the gap as a mix of the two nearest of
 * {@value #KNOTS} knots, which are spread evenly over the logarithms from the shortest to the longest gap; shorter and longer gaps are as these. One
 * more number is 1 for what never happened, where all others are 0. The same to the last bit on every machine.
 *
 * @param shortestSeconds positive
 * @param longestSeconds longer, finite
 */
public record GapCode(double shortestSeconds, double longestSeconds) {

    public static final int KNOTS = 10;
    /** Numbers of an encoded gap. */
    public static final int WIDTH = KNOTS + 1;
    /** The gap since what never happened. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    public GapCode {
        if (!(shortestSeconds > 0 && longestSeconds > shortestSeconds && longestSeconds < NEVER)) {
            throw new IllegalArgumentException(
                    "The shortest gap (%s s) must be positive and the longest (%s s) longer and finite."
                            .formatted(shortestSeconds, longestSeconds));
        }
    }

    /** Writes {@value #WIDTH} numbers for a gap in seconds, 0 or more, or {@link #NEVER}. */
    public void write(double gap, float[] target, int offset) {
        Arrays.fill(target, offset, offset + WIDTH, 0);
        if (gap == NEVER) {
            target[offset + KNOTS] = 1;
            return;
        }
        double lowest = StrictMath.log(shortestSeconds);
        double place = Math.clamp((StrictMath.log(gap) - lowest) / (StrictMath.log(longestSeconds) - lowest), 0, 1)
                * (KNOTS - 1);
        int knot = Math.min((int) place, KNOTS - 2);
        target[offset + knot] = (float) (knot + 1 - place);
        target[offset + knot + 1] = (float) (place - knot);
    }
}
