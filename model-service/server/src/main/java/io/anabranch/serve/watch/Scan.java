package io.anabranch.serve.watch;

import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.TaskScorer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of what is watched, read part by part from the live view: what changes meanwhile may or may not be in it, and is told as a
 * change in any case. Used by one thread at a time.
 */
final class Scan {

    private final Iterator<Outcome> outcomes;
    private final long @Nullable [] from;

    /** @param from as of a token: only what has changed at these offsets or behind them; null: all of it */
    private Scan(Stream<Outcome> outcomes, long @Nullable [] from) {
        this.outcomes = outcomes.iterator();
        this.from = from;
    }

    /** Whether it tells changes, not the whole state. */
    boolean resuming() {
        return from != null;
    }

    List<Outcome> next(int most) {
        List<Outcome> part = new ArrayList<>();
        while (part.size() < most && outcomes.hasNext()) {
            part.add(outcomes.next());
        }
        return part;
    }

    boolean done() {
        return !outcomes.hasNext();
    }

    /** Of given nodes; those that are not there are missing. */
    static Scan ofNodes(
            Collection<String> ids, TaskScorer scorer, Map<String, NodeVector> vectors, long @Nullable [] from) {
        return new Scan(
                ids.stream().mapMulti((id, out) -> {
                    NodeVector vector = vectors.get(id);
                    if (vector == null) {
                        out.accept(Outcome.missing(new Outcome.Node(id)));
                    } else if (changed(vector, from)) {
                        out.accept(Outcome.of(scorer.classes(id, vector)));
                    }
                }),
                from);
    }

    /**
     * Of every node.
     *
     * @param gone deleted since; those that are there again are not missing
     */
    static Scan ofEverything(
            TaskScorer scorer, Map<String, NodeVector> vectors, List<String> gone, long @Nullable [] from) {
        Stream<Outcome> there = vectors.entrySet().stream()
                .filter(entry -> changed(entry.getValue(), from))
                .map(entry -> Outcome.of(scorer.classes(entry.getKey(), entry.getValue())));
        Stream<Outcome> missing = gone.stream()
                .distinct()
                .filter(id -> !vectors.containsKey(id))
                .map(id -> Outcome.missing(new Outcome.Node(id)));
        return new Scan(Stream.concat(there, missing), from);
    }

    /** Of given pairs; those of which an end is not there are missing. */
    static Scan ofPairs(
            Collection<Pair> pairs, TaskScorer scorer, Map<String, NodeVector> vectors, long @Nullable [] from) {
        return new Scan(
                pairs.stream().mapMulti((pair, out) -> {
                    NodeVector source = vectors.get(pair.source());
                    NodeVector target = vectors.get(pair.target());
                    if (source == null || target == null) {
                        out.accept(Outcome.missing(new Outcome.Link(pair)));
                    } else if (changed(source, from) || changed(target, from)) {
                        out.accept(Outcome.of(scorer.link(pair, source, target)));
                    }
                }),
                from);
    }

    private static boolean changed(NodeVector vector, long @Nullable [] from) {
        return from == null || vector.offset() >= from[vector.freshness().partition()];
    }
}
