package io.anabranch.serve.predict;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers of the use cases, all of one model version. */
public sealed interface Prediction {

    long modelVersion();

    /** Classes or values of nodes, in the order of the request. */
    record Classified(long modelVersion, String task, List<NodeClasses> nodes) implements Prediction {}

    /** Probabilities of edges, in the order of the request. */
    record ScoredLinks(long modelVersion, List<LinkProbability> links) implements Prediction {}

    /** Embeddings, in the order of the request. */
    record Embedded(long modelVersion, List<NodeEmbedding> nodes) implements Prediction {}

    /**
     * Nearest neighbours, nearest first.
     *
     * @param exactBecause null: found through the index, so a nearer one may be missing
     * @param compared vertices whose vectors were compared
     * @param pending those of them that were compared only because the index has not taken in their last change
     */
    record Similar(
            long modelVersion,
            SimilarityMetric metric,
            List<SimilarNode> nodes,
            @Nullable ExactReason exactBecause,
            long compared,
            int pending)
            implements Prediction {}

    /** Why all vectors were compared. */
    enum ExactReason {
        ASKED_FOR,
        FEW_EMBEDDINGS,
        OTHER_METRIC,
        INDEX_OFF,
        /** It is being built, or has more to take in than a search can compare beside it. */
        INDEX_BEHIND,
        INDEX_FAILED,
        /** The filter left too few of what the index found. */
        TOO_FEW_FOUND
    }

    record SimilarNode(String nodeId, double score, NodeFreshness freshness) {}

    /**
     * Targets of edges from one vertex, likeliest first.
     *
     * @param scored candidates that were scored
     */
    record RankedLinks(long modelVersion, String task, List<LinkProbability> links, long scored)
            implements Prediction {}

    /**
     * @param chosen multi-class: the likeliest class; multi-label: those of at least one half; regression: none
     * @param scores every class with its probability, in the model's order
     * @param value regression only
     */
    record NodeClasses(
            String nodeId,
            List<String> chosen,
            List<ClassProbability> scores,
            @Nullable Float value,
            NodeFreshness freshness) {}

    record ClassProbability(String className, float probability) {}

    record Pair(String source, String target) {}

    record LinkProbability(Pair pair, float probability, NodeFreshness freshness) {}

    record NodeEmbedding(String nodeId, NodeVector vector) {}
}
