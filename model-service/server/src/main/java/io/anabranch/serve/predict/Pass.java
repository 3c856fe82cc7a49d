package io.anabranch.serve.predict;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * One pass over embeddings for all its queries: a vector is loaded, and put through the head, once. Each query sees the same numbers in the
 * same order as if it were alone. Ends early when no query is left.
 */
final class Pass implements ScanPool.Scan<List<Rider<?>>> {

    /** Vertices of a step with one query, and what all queries of a step see together. */
    private static final int STEP = 64;

    private static final int COMPARISONS = 1024;

    private final PassKind kind;
    private final List<Rider<?>> riders;
    private final Iterator<Map.Entry<String, NodeVector>> vectors;
    private final float[] scratch;
    private final Runnable betweenSteps;
    private long seen;

    /** @param betweenSteps is called between steps, on the thread that makes them */
    Pass(PassKind kind, List<Rider<?>> riders, Iterator<Map.Entry<String, NodeVector>> vectors, Runnable betweenSteps) {
        this.kind = kind;
        this.riders = new ArrayList<>(riders);
        this.vectors = vectors;
        this.scratch = kind.scratch();
        this.betweenSteps = betweenSteps;
    }

    /** The query's answer from these candidates alone, made on this thread. */
    static <T> T alone(PassKind kind, Iterator<Map.Entry<String, NodeVector>> vectors, PassQuery<T> query) {
        float[] scratch = kind.scratch();
        while (vectors.hasNext()) {
            Map.Entry<String, NodeVector> each = vectors.next();
            query.see(each.getKey(), each.getValue(), kind.row(each.getValue(), scratch));
        }
        return query.result();
    }

    @Override
    public boolean step() {
        betweenSteps.run();
        riders.removeIf(this::leaves);
        if (riders.isEmpty()) {
            return false;
        }
        int vertices = Math.max(1, Math.min(STEP, COMPARISONS / riders.size()));
        for (int i = 0; i < vertices && vectors.hasNext(); i++) {
            Map.Entry<String, NodeVector> each = vectors.next();
            NodeVector vector = each.getValue();
            float[] row = kind.row(vector, scratch);
            for (Rider<?> rider : riders) {
                rider.see(each.getKey(), vector, row);
            }
            seen++;
        }
        return vectors.hasNext();
    }

    private boolean leaves(Rider<?> rider) {
        if (!rider.left()) {
            return false;
        }
        rider.dismiss(seen);
        return true;
    }

    /** Who is to be answered. */
    @Override
    public List<Rider<?>> result() {
        return riders;
    }

    @Override
    public long seen() {
        return seen;
    }
}
