package io.anabranch.serve.recompute;

import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import java.util.ArrayList;
import java.util.List;

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
    /** Of the vertex itself and then of every edge added: weight and, by head, logit. */
    private final List<Term> terms = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Term(double weight, double[] logits) {}

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
        }
        take(own, 1);
    }

    /** An in-edge of weight above 0, by the row below of its source. */
    void add(double[] row, double weight) {
        take(projected(row), weight);
    }

    private void take(double[] z, double weight) {
        double[] logits = new double[heads];
        for (int k = 0; k < heads; k++) {
            logits[k] = logit(k, z);
            take(k, z, weight, logits[k]);
        }
        terms.add(new Term(weight, logits));
    }

    private void take(int k, double[] z, double weight, double logit) {
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

    /** How much of a head's output is the vertex itself (term 0) or an edge, in the order added (from 1 on); all together 1. */
    double share(int k, int term) {
        Term of = terms.get(term);
        return of.weight * Math.exp(of.logits[k] - greatest[k]) / total[k];
    }

    /**
     * What an output's slope of the result makes the slope of each head's input, were its shares constants.
     *
     * @return by head, of the width of the rows below
     */
    double[][] pulledBack(double[] slope) {
        int width = weights.length / (heads * headWidth);
        double[][] pulled = new double[heads][width];
        for (int k = 0; k < heads; k++) {
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < headWidth; j++) {
                    double out = averaged ? slope[j] / heads : slope[k * headWidth + j];
                    pulled[k][i] += out * weights[i * heads * headWidth + k * headWidth + j];
                }
            }
        }
        return pulled;
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
