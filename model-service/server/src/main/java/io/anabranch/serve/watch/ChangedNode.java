package io.anabranch.serve.watch;

import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.ClassProbability;
import io.anabranch.serve.predict.Prediction.LinkProbability;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.TaskScorer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one change of an embedding means for the tasks of its version: computed when first asked for, once for all watchers. Used by one
 * thread.
 */
final class ChangedNode {

    /** Before and after, of one node or pair. */
    private record Turn(
            @Nullable NodeClasses classesBefore, @Nullable LinkProbability linkBefore, Outcome now) {}

    private final String id;
    private final @Nullable NodeVector before;
    private final @Nullable NodeVector now;
    private final Function<String, @Nullable NodeVector> others;
    private final Map<String, Turn> nodes = new HashMap<>();
    private final Map<String, Map<Pair, Turn>> links = new HashMap<>();

    /** @param others embeddings of the version's other vertices */
    ChangedNode(
            String id,
            @Nullable NodeVector before,
            @Nullable NodeVector now,
            Function<String, @Nullable NodeVector> others) {
        this.id = id;
        this.before = before;
        this.now = now;
        this.others = others;
    }

    /** What a watcher of the node is told under this condition; null: nothing. */
    @Nullable
    Outcome node(TaskScorer scorer, WatchCondition condition) {
        Turn turn = nodes.computeIfAbsent(scorer.task(), task -> {
            NodeClasses was = before == null ? null : scorer.classes(id, before);
            return new Turn(
                    was,
                    null,
                    now == null ? Outcome.missing(new Outcome.Node(id)) : Outcome.of(scorer.classes(id, now)));
        });
        NodeClasses was = turn.classesBefore();
        NodeClasses is = turn.now().classes();
        boolean told = was == null || is == null
                ? was != is
                : switch (condition) {
                    case WatchCondition.Any any -> !samePrediction(was, is);
                    case WatchCondition.ClassFlip flip -> !was.chosen().equals(is.chosen());
                    case WatchCondition.Crossing crossing ->
                        score(was, crossing.className()) >= crossing.threshold()
                                != score(is, crossing.className()) >= crossing.threshold();
                };
        return told ? turn.now() : null;
    }

    /** The same of a pair of which the node is an end. */
    @Nullable
    Outcome link(TaskScorer scorer, Pair pair, WatchCondition condition) {
        Turn turn = links.computeIfAbsent(scorer.task(), task -> new HashMap<>())
                .computeIfAbsent(
                        pair, p -> new Turn(null, score(scorer, p, before), outcome(p, score(scorer, p, now))));
        LinkProbability was = turn.linkBefore();
        LinkProbability is = turn.now().link();
        boolean told = was == null || is == null
                ? was != is
                : condition instanceof WatchCondition.Crossing crossing
                        ? was.probability() >= crossing.threshold() != is.probability() >= crossing.threshold()
                        : was.probability() != is.probability();
        return told ? turn.now() : null;
    }

    private @Nullable LinkProbability score(TaskScorer scorer, Pair pair, @Nullable NodeVector own) {
        NodeVector source = pair.source().equals(id) ? own : others.apply(pair.source());
        NodeVector target = pair.target().equals(id) ? own : others.apply(pair.target());
        return source == null || target == null ? null : scorer.link(pair, source, target);
    }

    private static Outcome outcome(Pair pair, @Nullable LinkProbability score) {
        return score == null ? Outcome.missing(new Outcome.Link(pair)) : Outcome.of(score);
    }

    private static boolean samePrediction(NodeClasses a, NodeClasses b) {
        return a.scores().equals(b.scores())
                && (a.value() == null ? b.value() == null : a.value().equals(b.value()));
    }

    private static float score(NodeClasses classes, String className) {
        if (classes.value() != null) {
            return classes.value();
        }
        List<ClassProbability> scores = classes.scores();
        for (ClassProbability score : scores) {
            if (score.className().equals(className)) {
                return score.probability();
            }
        }
        throw new IllegalStateException("There is no class (%s).".formatted(className));
    }
}
