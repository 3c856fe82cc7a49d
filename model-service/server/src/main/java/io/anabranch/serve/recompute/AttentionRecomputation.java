package io.anabranch.serve.recompute;

import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;

/** The graph attention of one vertex, as the comment of {@code model.proto} defines it, in double precision; without the bias. */
final class AttentionRecomputation {
    private static final double DEFAULT_SLOPE = 0.2f;

    private final int heads;
    private final int headWidth;
    private final boolean averaged;
    private final double slope;
    private final double[] weights;
    private final double[] source;
    private final double[] target;

    /** z of the vertex itself, head behind head. */
    private final double[] own;
    /** By head: greatest logit so far, to which shares are relative. */
    private final double[] greatest;

    private final double[] total;
    private final double[] sum;

    /** Begins with the vertex itself, whose row below this is. */
    AttentionRecomputation(Layer layer, double[] weights, double[] source, double[] target, double[] row) {
        heads = Math.max(1, layer.getHeads());
        averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
        headWidth = averaged ? layer.getOutputWidth() : layer.getOutputWidth() / heads;
        slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : DEFAULT_SLOPE;
        this.weights = weights;
        this.source = source;
        this.target = target;
        own = projected(row);
        greatest = new double[heads];
        total = new double[heads];
        sum = new double[heads * headWidth];
        for (int k = 0; k < heads; k++) {
            greatest[k] = logit(k, own);
            take(k, own, 1);
        }
    }

    /** An in-edge of weight above 0, by the row below of its source. */
    void add(double[] row, double weight) {
        double[] z = projected(row);
        for (int k = 0; k < heads; k++) {
            take(k, z, weight);
        }
    }

    private void take(int k, double[] z, double weight) {
        double logit = logit(k, z);
        double kept = Math.exp(Math.min(0, greatest[k] - logit));
        double share = weight * Math.exp(Math.min(0, logit - greatest[k]));
        greatest[k] = Math.max(greatest[k], logit);
        total[k] = kept * total[k] + share;
        for (int i = k * headWidth; i < (k + 1) * headWidth; i++) {
            sum[i] = kept * sum[i] + share * z[i];
        }
    }

    private double[] projected(double[] row) {
        double[] z = new double[heads * headWidth];
        Recomputation.addProduct(z, row, weights);
        return z;
    }

    private double logit(int k, double[] z) {
        double score = 0;
        for (int i = k * headWidth; i < (k + 1) * headWidth; i++) {
            score += source[i] * z[i] + target[i] * own[i];
        }
        return score > 0 ? score : slope * score;
    }

    /** What all heads make together. */
    double[] result() {
        double[] out = new double[averaged ? headWidth : heads * headWidth];
        for (int k = 0; k < heads; k++) {
            for (int i = 0; i < headWidth; i++) {
                int at = k * headWidth + i;
                out[averaged ? i : at] += sum[at] / total[k] / (averaged ? heads : 1);
            }
        }
        return out;
    }
}
