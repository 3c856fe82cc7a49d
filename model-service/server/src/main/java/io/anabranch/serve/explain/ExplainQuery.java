package io.anabranch.serve.explain;

import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.TaskKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Which prediction is to be explained.
 *
 * @param task empty: the model's only task of the kind
 * @param subject one vertex, or the source and the target of an edge
 * @param className whose logit; empty: the class that is likeliest by what is served. Only for tasks with classes
 * @param against the class whose logit is taken away from it; empty: none
 * @param limits how much of it is told
 * @param leaveOneOut for how many edges it is computed what would be without them
 */
public record ExplainQuery(
        ModelChoice choice,
        String task,
        List<String> subject,
        String className,
        String against,
        Limits limits,
        int leaveOneOut) {

    /** Of each list. */
    public static final int MOST_LISTED = 1_000;
    /** Each takes up to one recomputation. */
    public static final int MOST_LEFT_OUT = 100;

    /**
     * How many are listed, from 0 on.
     *
     * @param features of each vertex
     * @param sinceMs changes before this event time are left out
     */
    public record Limits(int edges, int nodes, int features, int changes, long sinceMs) {}

    /** @throws io.anabranch.serve.ProblemException when no state of the service would answer it */
    public ExplainQuery {
        subject = List.copyOf(subject);
        List<Violation> violations = new ArrayList<>();
        List<String> fields = subject.size() == 1 ? List.of("node_id") : List.of("pair.source", "pair.target");
        for (int i = 0; i < subject.size(); i++) {
            Predictions.checkId(fields.get(i), i, subject.get(i), violations);
        }
        checkLimit("max_edges", limits.edges(), MOST_LISTED, violations);
        checkLimit("max_nodes", limits.nodes(), MOST_LISTED, violations);
        checkLimit("max_features", limits.features(), MOST_LISTED, violations);
        checkLimit("max_changes", limits.changes(), MOST_LISTED, violations);
        checkLimit("leave_one_out", leaveOneOut, MOST_LEFT_OUT, violations);
        if (Integer.compareUnsigned(leaveOneOut, limits.edges()) > 0) {
            violations.add(new Violation(
                    "leave_one_out",
                    "Must be at most max_edges (%d), but is %s."
                            .formatted(limits.edges(), Integer.toUnsignedString(leaveOneOut))));
        }
        if (!against.isEmpty() && against.equals(className)) {
            violations.add(new Violation("against_class_name", "Must be another class than class_name."));
        }
        Predictions.throwIfAny(violations);
    }

    private static void checkLimit(String field, int limit, int most, List<Violation> violations) {
        if (Integer.compareUnsigned(limit, most) > 0) {
            violations.add(new Violation(
                    field, "Must be at most %d, but is %s.".formatted(most, Integer.toUnsignedString(limit))));
        }
    }

    TaskKind kind() {
        return subject.size() == 1 ? TaskKind.NODES : TaskKind.LINKS;
    }
}
