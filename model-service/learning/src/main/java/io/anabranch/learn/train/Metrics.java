package io.anabranch.learn.train;

import java.util.Arrays;

/**
 * What predictions are worth. Pure functions over parallel arrays; each returns NaN where the data do not define it (no
 * rows, one class only).
 */
public final class Metrics {

    private Metrics() {}

    /** The share of rows whose predicted class is the true one. */
    public static double accuracy(int[] predicted, int[] truth) {
        requireParallel(predicted.length, truth.length);
        int right = 0;
        for (int i = 0; i < truth.length; i++) {
            if (predicted[i] == truth[i]) {
                right++;
            }
        }
        return truth.length == 0 ? Double.NaN : (double) right / truth.length;
    }

    /** The mean over the classes that occur, as truth or prediction, of their F1. */
    public static double macroF1(int[] predicted, int[] truth, int classes) {
        requireParallel(predicted.length, truth.length);
        F1Counts counts = new F1Counts(classes);
        for (int i = 0; i < truth.length; i++) {
            counts.add(predicted[i], true, predicted[i] == truth[i]);
            if (predicted[i] != truth[i]) {
                counts.add(truth[i], false, true);
            }
        }
        return counts.macro();
    }

    /** F1 of the decisions (row, label) taken together; both arrays are row-major [rows, labels]. */
    public static double microF1(boolean[] predicted, boolean[] truth) {
        return multiLabelCounts(predicted, truth, 1).micro();
    }

    /** The mean over the labels that occur, as truth or prediction, of their F1; row-major [rows, labels]. */
    public static double macroF1(boolean[] predicted, boolean[] truth, int labels) {
        return multiLabelCounts(predicted, truth, labels).macro();
    }

    /**
     * Area under the receiver operating characteristic: how often a positive scores higher than a negative, ties counted
     * half.
     */
    public static double rocAuc(float[] scores, boolean[] positive) {
        requireParallel(scores.length, positive.length);
        int[] order = byScore(scores);
        double positives = 0;
        double rankSum = 0;
        for (int start = 0; start < order.length; ) {
            int end = tieEnd(scores, order, start);
            double meanRank = (start + 1 + end) / 2.0;
            for (int i = start; i < end; i++) {
                if (positive[order[i]]) {
                    positives++;
                    rankSum += meanRank;
                }
            }
            start = end;
        }
        double negatives = scores.length - positives;
        return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
    }

    /**
     * The mean precision at the threshold of each positive, from the highest score down: sum of (recall step × precision).
     * Rows of one score enter together.
     */
    public static double averagePrecision(float[] scores, boolean[] positive) {
        requireParallel(scores.length, positive.length);
        int[] order = byScore(scores);
        double found = 0;
        double sum = 0;
        for (int end = order.length; end > 0; ) {
            int start = tieStart(scores, order, end);
            int here = 0;
            for (int i = start; i < end; i++) {
                here += positive[order[i]] ? 1 : 0;
            }
            found += here;
            sum += here * (found / (order.length - start));
            end = start;
        }
        return sum / found;
    }

    /**
     * The mean of 1 / rank of each positive among its own rivals and itself, from the highest score down. Rank among ties is their mean rank.
     *
     * @param rivals row-major [positives, rivals of each]
     */
    public static double meanReciprocalRank(float[] positives, float[] rivals) {
        if (positives.length == 0) {
            return Double.NaN;
        }
        int each = rivals.length / positives.length;
        requireParallel(each * positives.length, rivals.length);
        double sum = 0;
        for (int i = 0; i < positives.length; i++) {
            double rank = 1;
            for (int j = i * each; j < (i + 1) * each; j++) {
                rank += rivals[j] > positives[i] ? 1 : rivals[j] == positives[i] ? 0.5 : 0;
            }
            sum += 1 / rank;
        }
        return sum / positives.length;
    }

    /** The root of the mean squared difference, in the targets' unit. */
    public static double rmse(double[] predicted, double[] truth) {
        requireParallel(predicted.length, truth.length);
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            sum += (predicted[i] - truth[i]) * (predicted[i] - truth[i]);
        }
        return Math.sqrt(sum / truth.length);
    }

    private static F1Counts multiLabelCounts(boolean[] predicted, boolean[] truth, int labels) {
        requireParallel(predicted.length, truth.length);
        F1Counts counts = new F1Counts(labels);
        for (int i = 0; i < truth.length; i++) {
            counts.add(i % labels, predicted[i], truth[i]);
        }
        return counts;
    }

    private static int[] byScore(float[] scores) {
        // The bits of a float, turned so that they sort as integers, with the row below: sorts without boxing.
        long[] keys = new long[scores.length];
        for (int i = 0; i < keys.length; i++) {
            int bits = Float.floatToIntBits(scores[i] + 0.0f);
            int ordered = bits ^ bits >> 31 & Integer.MAX_VALUE;
            keys[i] = (long) ordered << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        int[] order = new int[keys.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (int) keys[i];
        }
        return order;
    }

    private static int tieEnd(float[] scores, int[] order, int start) {
        int end = start + 1;
        while (end < order.length && scores[order[end]] == scores[order[start]]) {
            end++;
        }
        return end;
    }

    private static int tieStart(float[] scores, int[] order, int end) {
        int start = end - 1;
        while (start > 0 && scores[order[start - 1]] == scores[order[end - 1]]) {
            start--;
        }
        return start;
    }

    private static void requireParallel(int predictions, int truths) {
        if (predictions != truths) {
            throw new IllegalArgumentException(
                    "There are (%d) predictions for (%d) rows.".formatted(predictions, truths));
        }
    }

    private static final class F1Counts {
        private final int[] truePositives;
        private final int[] predicted;
        private final int[] actual;

        F1Counts(int classes) {
            truePositives = new int[classes];
            predicted = new int[classes];
            actual = new int[classes];
        }

        void add(int label, boolean isPredicted, boolean isTrue) {
            truePositives[label] += isPredicted && isTrue ? 1 : 0;
            predicted[label] += isPredicted ? 1 : 0;
            actual[label] += isTrue ? 1 : 0;
        }

        double micro() {
            return f1(
                    Arrays.stream(truePositives).sum(),
                    Arrays.stream(predicted).sum(),
                    Arrays.stream(actual).sum());
        }

        double macro() {
            double sum = 0;
            int occurring = 0;
            for (int i = 0; i < actual.length; i++) {
                if (predicted[i] + actual[i] > 0) {
                    sum += f1(truePositives[i], predicted[i], actual[i]);
                    occurring++;
                }
            }
            return sum / occurring;
        }

        private static double f1(int truePositives, int predicted, int actual) {
            return 2.0 * truePositives / (predicted + actual);
        }
    }
}
