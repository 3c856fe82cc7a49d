package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.anabranch.serve.predict.TopK.Candidate;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nearest of the candidates that it is offered. Scores are always of the vectors that are served when the answer is made. One thread at a
 * time.
 */
final class SimilarCandidates {

    /** Kept beyond what is asked for: some may vanish, or move away, while the rest is compared. */
    static final int SPARE = 16;

    private final long version;
    private final SimilarQuery query;
    private final float[] vector;
    private final double norm;
    private final Predicate<String> accept;
    private final Map<String, NodeVector> embeddings;
    private final TopK best;
    private long compared;

    SimilarCandidates(
            long version,
            SimilarQuery query,
            float[] vector,
            Predicate<String> accept,
            Map<String, NodeVector> embeddings) {
        this.version = version;
        this.query = query;
        this.vector = vector;
        this.norm = SimilarityMetric.norm(vector);
        this.accept = accept;
        this.embeddings = embeddings;
        this.best = new TopK(query.k() + SPARE);
    }

    void offer(String id, NodeVector candidate) {
        compared++;
        double score = score(candidate);
        best.offer(id, candidate, score, query.metric().rank(score), accept);
    }

    private double score(NodeVector candidate) {
        if (candidate.width() != vector.length) {
            throw new IllegalStateException("Version (%d) has embeddings of widths (%d) and (%d)."
                    .formatted(version, vector.length, candidate.width()));
        }
        return query.metric().score(vector, norm, candidate.values());
    }

    /** Accepted candidates, and as many more as are kept for what may vanish. */
    int size() {
        return best.size();
    }

    /**
     * @param reason null: the candidates come from an index
     * @param pending those that the index had not taken in
     */
    Similar result(@Nullable ExactReason reason, int pending) {
        TopK current = new TopK(query.k());
        for (Candidate each : best.bestFirst()) {
            NodeVector now = embeddings.get(each.id());
            if (now != null) {
                double score = now == each.vector() ? each.score() : score(now);
                current.offer(each.id(), now, score, query.metric().rank(score), id -> true);
            }
        }
        List<SimilarNode> nodes = current.bestFirst().stream()
                .map(each ->
                        new SimilarNode(each.id(), each.score(), each.vector().freshness()))
                .toList();
        return new Similar(version, query.metric(), nodes, reason, compared, pending);
    }
}
