package io.anabranch.learn.history;

import io.anabranch.model.v1.HistoryEncoder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Takes from histories what an encoder must know to read steps: how long gaps are, which types edges have, what weights are like. */
public final class HistoryFit {

    /** Types beyond these, the most frequent ones, have no number of their own. */
    static final int MOST_TYPES = 64;

    private static final double MILLIS = 1e-3;

    private HistoryFit() {}

    /**
     * Fills in all but cell, width, forgetting and identities. Gaps go from the shortest positive one between steps of a vertex to the longest.
     */
    public static HistoryEncoder fitted(HistoryEncoder encoder, GraphHistories histories) {
        HistoryEncoder.Builder fitted = encoder.toBuilder().clearEdgeTypes().addAllEdgeTypes(types(histories));
        gaps(histories, fitted);
        weights(histories, fitted);
        return fitted.build();
    }

    private static void gaps(GraphHistories histories, HistoryEncoder.Builder fitted) {
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int v = 0; v < histories.vertices(); v++) {
            for (int i = histories.first(v) + 1; i < histories.first(v + 1); i++) {
                long gap = histories.time(i) - histories.time(i - 1);
                longest = Math.max(longest, gap);
                shortest = gap > 0 ? Math.min(shortest, gap) : shortest;
            }
        }
        // Where no gap was ever seen, or only one, the range is any that holds it.
        double least = longest == 0 ? 1 : shortest * MILLIS;
        fitted.setShortestGapS(least).setLongestGapS(Math.max(longest * MILLIS, least * Math.E));
    }

    private static List<String> types(GraphHistories histories) {
        long[] counts = new long[histories.types().size()];
        for (int i = 0; i < histories.total(); i++) {
            counts[histories.type(i)]++;
        }
        return IntStream.range(0, counts.length)
                .filter(type -> counts[type] > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer type) -> -counts[type])
                        .thenComparing(histories.types()::get))
                .limit(MOST_TYPES)
                .map(histories.types()::get)
                .sorted()
                .toList();
    }

    private static void weights(GraphHistories histories, HistoryEncoder.Builder fitted) {
        int total = Math.max(1, histories.total());
        double mean = 0;
        for (int i = 0; i < histories.total(); i++) {
            mean += histories.weight(i) / total;
        }
        double square = 0;
        for (int i = 0; i < histories.total(); i++) {
            double difference = histories.weight(i) - mean;
            square += difference * difference / total;
        }
        double deviation = Math.sqrt(square);
        // Of weights that never varied nobody knows how they would; as they come they do no harm.
        boolean constant = deviation <= 1e-6 * Math.max(1e-6, Math.abs(mean));
        fitted.setWeightMean((float) mean).setWeightScale(constant ? 1 : (float) (1 / deviation));
    }
}
