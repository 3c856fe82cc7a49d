package io.anabranch.cli;

import io.anabranch.learn.train.Metrics;
import java.util.Map;

/**
 * How well probabilities tell two classes apart: the share on the right side of one half, the area under the receiver
 * operating characteristic, and the average precision.
 */
record BinaryQuality(double accuracy, double auc, double averagePrecision) {

    /** Judges every scored node; one that the truth does not name is a negative. */
    static BinaryQuality of(Map<String, Float> scores, Map<String, Boolean> truth) {
        float[] score = new float[scores.size()];
        boolean[] positive = new boolean[scores.size()];
        int right = 0;
        int row = 0;
        for (Map.Entry<String, Float> scored : scores.entrySet()) {
            score[row] = scored.getValue();
            positive[row] = truth.getOrDefault(scored.getKey(), false);
            right += (score[row] >= 0.5f) == positive[row] ? 1 : 0;
            row++;
        }
        return new BinaryQuality(
                (double) right / row, Metrics.rocAuc(score, positive), Metrics.averagePrecision(score, positive));
    }
}
