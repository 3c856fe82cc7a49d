package io.anabranch.serve.ann;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Predicate;

/**
 * Vectors by id in a navigable graph (HNSW's layers, Vamana's choice of neighbours) that takes puts, replacements and removals one by
 * one. A replaced or removed vector stays as a tombstone through which searches pass but which they never return, until {@link
 * #cleanUp} takes it out and joins its neighbours.
 *
 * <p>One writer; searches from any thread at any time. A search sees a vector from the end of its put on. Memory of a vector: see
 * {@link #bytes}.
 */
public final class VectorGraph {

    private static final int NONE = -1;
    private static final float OVERFLOW = 1.2f;
    /** Of Vamana's pruning: above 1 keeps some longer edges, which churn needs. */
    private static final float ALPHA = 1.2f;

    /** How near two vectors are. */
    public enum Nearness {
        /** By their product; of unit vectors the cosine. */
        PRODUCT(VectorSimilarityFunction.DOT_PRODUCT),
        DISTANCE(VectorSimilarityFunction.EUCLIDEAN);

        private final VectorSimilarityFunction function;

        Nearness(VectorSimilarityFunction function) {
            this.function = function;
        }
    }

    /**
     * @param maxDegree edges of a vector in the upper layers; twice as many in the lowest
     * @param buildBeam candidates for the edges of a new vector
     */
    public record Shape(int maxDegree, int buildBeam) {}

    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final int width;
    private final Nearness nearness;
    private final Shape shape;
    private final GraphIndexBuilder builder;
    private final OnHeapGraphIndex graph;
    private final Slots slots;
    // The writer's own.
    private final Object2IntOpenHashMap<String> ordinals = new Object2IntOpenHashMap<>();
    private final IntArrayList dead = new IntArrayList();
    private final IntArrayList free = new IntArrayList();
    private int next;
    // For those who watch.
    private volatile int live;
    private volatile int tombstones;

    /** @param repairs runs {@link #cleanUp} for the caller, who waits */
    public VectorGraph(int width, Nearness nearness, Shape shape, ForkJoinPool repairs) {
        this.width = width;
        this.nearness = nearness;
        this.shape = shape;
        this.slots = new Slots(width);
        this.builder = new GraphIndexBuilder(
                BuildScoreProvider.randomAccessScoreProvider(slots, nearness.function),
                width,
                List.of(2 * shape.maxDegree(), shape.maxDegree()),
                shape.buildBeam(),
                OVERFLOW,
                ALPHA,
                true,
                false,
                repairs,
                repairs);
        this.graph = (OnHeapGraphIndex) builder.getGraph();
        ordinals.defaultReturnValue(NONE);
    }

    /**
     * Adds the vector or replaces the one of this id. The writer's.
     *
     * @param vector is kept, not copied: the caller gives it up
     */
    public void put(String id, float[] vector) {
        if (vector.length != width) {
            throw new IllegalArgumentException(
                    "The vector of %s has width %d, but the graph has %d.".formatted(id, vector.length, width));
        }
        int ordinal = free.isEmpty() ? next++ : free.removeInt(free.size() - 1);
        Slot slot = new Slot(id, TYPES.createFloatVector(vector));
        slots.set(ordinal, slot);
        builder.addGraphNode(ordinal, slot.vector());
        int before = ordinals.put(id, ordinal);
        if (before != NONE) {
            bury(before);
        }
        live = ordinals.size();
    }

    /** Makes the vector of this id vanish, if there is one. The writer's. */
    public void remove(String id) {
        int before = ordinals.removeInt(id);
        if (before != NONE) {
            bury(before);
            live = ordinals.size();
        }
    }

    private void bury(int ordinal) {
        builder.markNodeDeleted(ordinal);
        dead.add(ordinal);
        tombstones = dead.size();
    }

    /** Takes the tombstones out; searches go on meanwhile. The writer's; O(graph). */
    public void cleanUp() {
        builder.removeDeletedNodes();
        // A search that began before may still look at these slots, so they keep their vectors until they are used
        // again.
        free.addAll(dead);
        dead.clear();
        tombstones = 0;
    }

    /**
     * The ids of about the nearest vectors, nearest first; fewer than asked for where there are fewer or the graph does not lead to
     * more. An id may come twice while its vector is being replaced. Any thread.
     *
     * @param query must not change meanwhile
     * @param accept what is not accepted is passed through, not returned
     */
    public List<String> search(float[] query, int count, Predicate<String> accept) {
        Bits accepted = ordinal -> accept.test(slots.get(ordinal).id());
        try (GraphSearcher searcher = new GraphSearcher(graph)) {
            searcher.usePruning(false);
            SearchResult found = searcher.search(
                    DefaultSearchScoreProvider.exact(TYPES.createFloatVector(query), nearness.function, slots),
                    count,
                    accepted);
            List<String> ids = new ArrayList<>(found.getNodes().length);
            for (SearchResult.NodeScore node : found.getNodes()) {
                ids.add(slots.get(node.node).id());
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Vectors that a search can return. Any thread. */
    public int size() {
        return live;
    }

    /** Vectors that are gone but not yet taken out. Any thread. */
    public int tombstones() {
        return tombstones;
    }

    /** About what the graph takes on the heap, from its own counts; a vector takes 4 bytes a column, the rest is edges. Any thread. */
    public long bytes() {
        // Per slot: the vector's array and its wrapper, the slot, its reference, the map's key and value at three
        // quarters full.
        long slotBytes = 16 + 4L * width + 16 + 24 + 4 + 11;
        return graph.ramBytesUsed() + (long) slots.capacityUsed() * slotBytes;
    }

    public Shape shape() {
        return shape;
    }
}
