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
