package io.anabranch.learn.train;

import io.anabranch.learn.model.WeightTensor;
import java.util.List;

/** The best weights so far: by the metric of the validation part, between equals by its loss. */
final class BestEpoch {

    private final boolean smallerIsBetter;
    private int epoch;
    private double rank = Double.NEGATIVE_INFINITY;
    private double loss = Double.POSITIVE_INFINITY;
    private List<WeightTensor> weights = List.of();

    BestEpoch(boolean smallerIsBetter) {
        this.smallerIsBetter = smallerIsBetter;
    }

    /** A metric that is not defined (NaN) ranks below every other. */
    void offer(int candidate, double metric, double validationLoss, List<WeightTensor> candidateWeights) {
        double candidateRank = Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : smallerIsBetter ? -metric : metric;
        if (epoch == 0 || candidateRank > rank || (candidateRank == rank && validationLoss < loss)) {
            rank = candidateRank;
            loss = validationLoss;
            keep(candidate, candidateWeights);
        }
    }

    void keep(int candidate, List<WeightTensor> candidateWeights) {
        epoch = candidate;
        weights = candidateWeights;
    }

    int epoch() {
        return epoch;
    }

    List<WeightTensor> weights() {
        return weights;
    }
}
