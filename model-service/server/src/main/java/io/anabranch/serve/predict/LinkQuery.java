package io.anabranch.serve.predict;

import io.anabranch.serve.Problem.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Which targets of edges from a vertex are asked for.
 *
 * @param task empty: the model's only link task
 * @param candidates the targets to choose from; empty: all vertices. One that comes twice counts once
 */
public record LinkQuery(
        ModelChoice choice, String task, String source, int k, List<String> candidates, CandidateFilter filter) {

    public static final int MAX_CANDIDATES = 10_000;

    /** @throws io.anabranch.serve.ProblemException when no state of the service would answer it */
    public LinkQuery {
        candidates = List.copyOf(candidates);
        List<Violation> violations = new ArrayList<>();
        Predictions.checkId("source", 0, source, violations);
        SimilarQuery.checkK(k, violations);
        if (candidates.size() > MAX_CANDIDATES) {
            violations.add(new Violation(
                    "candidates",
                    "Must have at most %d entries, but has %d.".formatted(MAX_CANDIDATES, candidates.size())));
        } else {
            for (int i = 0; i < candidates.size(); i++) {
                Predictions.checkId("candidates[%d]", i, candidates.get(i), violations);
            }
        }
        Predictions.throwIfAny(violations);
    }
}
