package io.anabranch.serve.predict;

import io.anabranch.serve.ann.VectorGraph;
import io.anabranch.serve.predict.Prediction.ExactReason;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The index of one model version's embeddings. The feed notes what changed, the indexer takes it in, searches read both: a change that
 * is noted but not taken in yet is a candidate of every search, so the index may lag but answers do not.
 *
 * <p>The backlog holds each vertex at most once, with its newest vector. The feed's thread never waits.
 */
final class VersionIndex {

    private static final NodeVector GONE = new NodeVector(new float[0], new NodeFreshness(0, 0, 0, 0));
    /** Comparing that many one by one costs less than a search. */
    private static final int SMALL_BACKLOG = 1000;

    private static final int MIN_TOMBSTONES = 1000;
    /** A search through the graph that turns away more than this would have been cheaper as a comparison with all. */
    private static final int MAX_TURNED_AWAY = 5000;

    private final SimilarSettings settings;
    private final Map<String, NodeVector> embeddings;
    private final ForkJoinPool repairs;
    private final ConcurrentHashMap<String, NodeVector> changes = new ConcurrentHashMap<>();
    /** The keys of the changes, oldest first; the one that is being taken in stays at the head until it is. */
    private final Queue<String> order = new ConcurrentLinkedQueue<>();

    private volatile boolean seeded;
    private volatile boolean failed;
    private volatile boolean closed;
    private volatile @Nullable VectorGraph graph;

    /** @param embeddings the version's, as they are now and later */
    VersionIndex(SimilarSettings settings, Map<String, NodeVector> embeddings, ForkJoinPool repairs) {
        this.settings = settings;
        this.embeddings = embeddings;
        this.repairs = repairs;
    }

    /** The feed's: right after the embeddings changed. */
    void changed(String id, @Nullable NodeVector before, @Nullable NodeVector now) {
        if (before != null && now != null && Arrays.equals(before.values(), now.values())) {
            return;
        }
        if (changes.put(id, now == null ? GONE : now) == null) {
            order.add(id);
        }
    }

    /**
     * The indexer's: takes in some changes.
     *
     * @return whether there may be more
     */
    boolean work(int most) {
        if (failed || closed) {
            return false;
        }
        if (!seeded) {
            // What is noted meanwhile is newer than what is found here.
            embeddings.forEach((id, vector) -> {
                if (changes.putIfAbsent(id, vector) == null) {
                    order.add(id);
                }
            });
            seeded = true;
        }
        for (int i = 0; i < most && !closed; i++) {
            String id = order.peek();
            if (id == null) {
                return false;
            }
            NodeVector vector = changes.get(id);
            if (vector != null) {
                takeIn(id, vector);
                if (!changes.remove(id, vector)) {
                    order.add(id);
                }
            }
            order.remove();
        }
        return !order.isEmpty();
    }

    private void takeIn(String id, NodeVector vector) {
        float @Nullable [] prepared = vector == GONE ? null : prepared(vector.values());
        VectorGraph at = graph;
        if (prepared == null) {
            if (at == null) {
                return;
            }
            at.remove(id);
        } else {
            if (at == null) {
                at = new VectorGraph(
                        prepared.length,
                        settings.metric() == SimilarityMetric.EUCLIDEAN
                                ? VectorGraph.Nearness.DISTANCE
                                : VectorGraph.Nearness.PRODUCT,
                        new VectorGraph.Shape(settings.maxDegree(), settings.buildBeam()),
                        repairs);
            }
            at.put(id, prepared);
        }
        if (at.size() == 0) {
            // Nothing leads from tombstones to what comes later.
            at = null;
        } else if (at.tombstones() > Math.max(MIN_TOMBSTONES, at.size() / 4)) {
            at.cleanUp();
        }
        graph = at;
    }

    /** The vector as the graph compares it; null: it has no place there, and no score that is a number. */
    private float @Nullable [] prepared(float[] vector) {
        double square = Scores.dot(vector, vector);
        if (!Double.isFinite(square)) {
            return null;
        }
        float[] copy = vector.clone();
        if (settings.metric() == SimilarityMetric.COSINE && square > 0) {
            double norm = Math.sqrt(square);
            for (int i = 0; i < copy.length; i++) {
                copy[i] = (float) (copy[i] / norm);
            }
        }
        return copy;
    }

    /** Why it cannot be searched now; null: it can. */
    @Nullable
    ExactReason obstacle() {
        VectorGraph at = graph;
        if (failed) {
            return ExactReason.INDEX_FAILED;
        }
        if (!seeded || at == null) {
            return ExactReason.INDEX_BEHIND;
        }
        return changes.size() > Math.max(SMALL_BACKLOG, at.size() / 20) ? ExactReason.INDEX_BEHIND : null;
    }

    /**
     * What the nearest are among.
     *
     * @param pending candidates only because they changed lately
     * @param complete false: the filter turned away so much that nearer ones may be missing
     */
    record Candidates(Set<String> ids, int pending, boolean complete) {}

    /** Any thread. */
    Candidates search(float[] query, int count, Predicate<String> accept) {
        VectorGraph at = graph;
        // The backlog first: what leaves it meanwhile is in the graph before it is searched.
        Set<String> ids = new LinkedHashSet<>(order);
        int pending = ids.size();
        float @Nullable [] prepared = prepared(query);
        if (at == null || prepared == null) {
            return new Candidates(ids, pending, false);
        }
        int[] turnedAway = new int[1];
        // Once too many are turned away all are let through, which ends the search.
        ids.addAll(at.search(prepared, count, id -> {
            boolean accepted = accept.test(id);
            return turnedAway[0] > MAX_TURNED_AWAY || accepted || ++turnedAway[0] > MAX_TURNED_AWAY;
        }));
        return new Candidates(ids, pending, turnedAway[0] <= MAX_TURNED_AWAY);
    }

    /** Whether nothing waits to be taken in. */
    boolean settled() {
        return failed || seeded && order.isEmpty();
    }

    int backlog() {
        return changes.size();
    }

    int size() {
        VectorGraph at = graph;
        return at == null ? 0 : at.size();
    }

    int tombstones() {
        VectorGraph at = graph;
        return at == null ? 0 : at.tombstones();
    }

    long bytes() {
        VectorGraph at = graph;
        return at == null ? 0 : at.bytes();
    }

    /** Gives the index up; all embeddings are compared from now on. */
    void fail() {
        failed = true;
        graph = null;
    }

    void close() {
        closed = true;
    }
}
