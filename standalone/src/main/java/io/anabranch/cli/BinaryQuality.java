package io.anabranch.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How well probabilities tell two classes apart.
 *
 * @param accuracy share on the right side of one half
 * @param auc probability that a positive scores above a negative, ties counting half
 * @param averagePrecision mean of the precision at each positive, from the highest score down
 */
record BinaryQuality(double accuracy, double auc, double averagePrecision) {

    private record Judged(double score, boolean positive) {}

    /** Judges every scored node; one that the truth does not name is a negative. */
    static BinaryQuality of(Map<String, Float> scores, Map<String, Boolean> truth) {
        List<Judged> judged = scores.entrySet().stream()
                .map(e -> new Judged(e.getValue(), truth.getOrDefault(e.getKey(), false)))
                .sorted(Comparator.comparingDouble(Judged::score).reversed())
                .toList();
        long right = judged.stream().filter(j -> (j.score >= 0.5) == j.positive).count();
        long positives = judged.stream().filter(Judged::positive).count();
        long negatives = judged.size() - positives;
        double below = 0;
        double precisions = 0;
        long positivesSoFar = 0;
        int from = 0;
        while (from < judged.size()) {
            // Equal scores have no order among them: they are judged together.
            int to = from;
            long tiedPositives = 0;
            while (to < judged.size() && judged.get(to).score == judged.get(from).score) {
                tiedPositives += judged.get(to).positive ? 1 : 0;
                to++;
            }
            long tiedNegatives = to - from - tiedPositives;
            long negativesBelow = negatives - (from - positivesSoFar) - tiedNegatives;
            below += tiedPositives * (negativesBelow + 0.5 * tiedNegatives);
            positivesSoFar += tiedPositives;
            precisions += tiedPositives * ((double) positivesSoFar / to);
            from = to;
        }
        return new BinaryQuality((double) right / judged.size(), below / positives / negatives, precisions / positives);
    }
}
