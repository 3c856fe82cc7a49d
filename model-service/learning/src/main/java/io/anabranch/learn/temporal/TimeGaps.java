package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import io.anabranch.graph.history.GapCode;
import java.util.Arrays;

/** Fits the {@link GapCode} of gaps to a history. */
final class TimeGaps {

    private TimeGaps() {}

    /** From the shortest gap between the training part's events of a vertex to the time that the part covers. */
    static GapCode of(EventHistory history, ChronologicalSplit split) {
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
        return Double.isInfinite(shortest)
                ? new GapCode(1, Math.E)
                : new GapCode(shortest, Math.max(span, shortest * Math.E));
    }

    private static double positiveGap(double gap) {
        return gap > 0 ? gap : Double.POSITIVE_INFINITY;
    }
}
