package io.anabranch.serve.predict;

import io.anabranch.serve.Problem.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which nearest neighbours are asked for: those of a vertex, or those of a vector.
 *
 * @param nodeId null: of the vector
 * @param vector null: of the vertex; kept, not copied
 * @param exact compare with all, whatever index there is
 */
public record SimilarQuery(
        ModelChoice choice,
        @Nullable String nodeId,
        float @Nullable [] vector,
        int k,
        SimilarityMetric metric,
        CandidateFilter filter,
        boolean exact) {

    public static final int MAX_K = 1000;

    /** @throws io.anabranch.serve.ProblemException when no state of the service would answer it */
    public SimilarQuery {
        List<Violation> violations = new ArrayList<>();
        if ((nodeId == null) == (vector == null)) {
            violations.add(new Violation("query", "Must be either a node_id or a vector."));
        }
        if (nodeId != null) {
            Predictions.checkId("node_id", 0, nodeId, violations);
        }
        if (vector != null) {
            if (vector.length == 0) {
                violations.add(new Violation("vector", "Must have a number for each column of an embedding."));
            }
            for (int i = 0; i < vector.length; i++) {
                if (!Float.isFinite(vector[i])) {
                    violations.add(new Violation("vector.values[%d]".formatted(i), "Must be a finite number."));
                }
            }
            if (filter.excludeLinked()) {
                violations.add(new Violation("filter.exclude_linked", "A vector has no edges; must be false."));
            }
        }
        checkK(k, violations);
        Predictions.throwIfAny(violations);
    }

    /** The nearest neighbours of a vertex. */
    public static SimilarQuery ofNode(
            ModelChoice choice, String nodeId, int k, SimilarityMetric metric, CandidateFilter filter, boolean exact) {
        return new SimilarQuery(choice, nodeId, null, k, metric, filter, exact);
    }

    static void checkK(int k, List<Violation> violations) {
        if (k < 1 || k > MAX_K) {
            violations.add(new Violation(
                    "k", "Must be from 1 to %d, but is %s.".formatted(MAX_K, Integer.toUnsignedString(k))));
        }
    }

    @Override
    public String toString() {
        return "nearest %d of %s by %s".formatted(k, nodeId == null ? "a vector" : nodeId, metric);
    }
}
