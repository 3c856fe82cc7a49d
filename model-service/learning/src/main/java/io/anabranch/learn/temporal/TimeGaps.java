package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import java.util.Arrays;

/**
 * Encodes the time since something happened as numbers that a linear map can read: the logarithm of the gap as a mix of the two nearest of
 * {@value #KNOTS} knots, which are spread evenly over the logarithms from the shortest to the longest gap of the training part; shorter and
 * longer gaps are as these. One more number is 1 for what never happened, where all others are 0.
 */
final class TimeGaps {

    static final int KNOTS = 10;
    /** Numbers of an encoded gap. */
    static final int WIDTH = KNOTS + 1;

    private final double lowest;
    private final double highest;

    /** From the shortest to the longest gap, both positive. */
    TimeGaps(double shortest, double longest) {
        this.lowest = Math.log(shortest);
        this.highest = Math.max(Math.log(longest), lowest + 1);
    }

    /** Fits the knots to the gaps between the training part's events. */
    static TimeGaps of(EventHistory history, ChronologicalSplit split) {
        int end = split.end(Part.TRAIN);
        double span = history.time(end - 1) - history.time(0);
        double shortest = Double.POSITIVE_INFINITY;
        double[] last = new double[history.vertices()];
        Arrays.fill(last, Double.NaN);
        for (int e = 0; e < end; e++) {
            shortest = Math.min(shortest, positiveGap(history.time(e) - last[history.source(e)]));
            shortest = Math.min(shortest, positiveGap(history.time(e) - last[history.target(e)]));
            last[history.source(e)] = history.time(e);
            last[history.target(e)] = history.time(e);
        }
        return Double.isInfinite(shortest) ? new TimeGaps(1, Math.E) : new TimeGaps(shortest, span);
    }

    /** Writes the code of a gap in seconds, which is not negative, or infinite for what never happened. */
    void write(double gap, float[] target, int offset) {
        Arrays.fill(target, offset, offset + WIDTH, 0);
        if (Double.isInfinite(gap)) {
            target[offset + KNOTS] = 1;
            return;
        }
        double place = Math.clamp((Math.log(gap) - lowest) / (highest - lowest), 0, 1) * (KNOTS - 1);
        int knot = Math.min((int) place, KNOTS - 2);
        target[offset + knot] = (float) (knot + 1 - place);
        target[offset + knot + 1] = (float) (place - knot);
    }

    private static double positiveGap(double gap) {
        return gap > 0 ? gap : Double.POSITIVE_INFINITY;
    }
}
