package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.Prediction.Similar;

/**
 * Nearest neighbours by comparing all.
 *
 * @param pending of an index that was asked before in vain
 */
record SimilarScan(SimilarCandidates candidates, ExactReason reason, int pending) implements PassQuery<Similar> {

    @Override
    public void see(String id, NodeVector vector, float[] row) {
        candidates.offer(id, vector);
    }

    @Override
    public Similar result() {
        return candidates.result(reason, pending);
    }
}
