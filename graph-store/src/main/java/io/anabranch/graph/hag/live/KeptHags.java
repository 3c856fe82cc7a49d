package io.anabranch.graph.hag.live;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.graph.snapshot.ReplicaWatcher;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The computation graphs of a replica, one of its open rows and one of its closed ones, kept under its edits. Nothing is kept until a
 * graph is first asked for: that takes the rows as they are and searches them in the background, and from then on every edit of the
 * replica patches the graph, which is searched anew when it was worn down
 * ({@link io.anabranch.graph.hag.maintenance.MaintainedHag}). Later snapshots get the graph as it is, without a search.
 *
 * <p>Weights other than 1 are part of what would be shared. Graphs are not begun where there are any, and are given up when one
 * comes.
 *
 * <p>Edits cost two look-ups by id and, for each graph, what an edit of a maintained one costs; no edit waits for a search. Memory: that
 * of the maintained graphs, and of {@link VertexSlots}.
 *
 * <p>Not thread-safe but for {@link #report}: one lock guards this and the replica, so that what is given for a snapshot is of the same
 * moment.
 */
public final class KeptHags implements ReplicaWatcher {

    private final Map<Mode, KeptHag> hags = new EnumMap<>(Mode.class);
    private @Nullable VertexSlots slots;

    /** @param searches runs the searches, away from whoever edits the replica */
    public KeptHags(Executor searches) {
        for (Mode mode : Mode.values()) {
            hags.put(mode, new KeptHag(mode, searches));
        }
    }

    /**
     * What is kept of the replica as it is now.
     *
     * @param snapshot of the replica as it is now
     * @param put which of its vertices were put
     * @param mode which rows
     * @param begin whether to begin to keep a graph of them, if none is kept yet
     * @return knows the graph of these rows in the numbers of the snapshot, or none; waits for the search that was begun, if it was. For any
     *     thread
     * @throws IllegalStateException if the snapshot is of another graph
     */
    public KnownHags of(GraphSnapshot snapshot, Predicate<String> put, Mode mode, boolean begin) {
        KeptHag kept = hag(mode);
        if (kept.isKept()) {
            return known(snapshot, mode, CompletableFuture.completedFuture(kept.now()));
        }
        if (!begin || weighted(snapshot)) {
            return KnownHags.NONE;
        }
        VertexSlots vertices = slots;
        if (vertices == null) {
            vertices = VertexSlots.of(snapshot, put);
            slots = vertices;
        }
        return known(snapshot, mode, kept.begin(snapshot, vertices));
    }

    /** How the graph of these rows stands; null if none is kept. For any thread. */
    public @Nullable MaintenanceReport report(Mode mode) {
        return hag(mode).report();
    }

    /** Counts of all graphs of these rows that were ever kept. For any thread. */
    public KeptCounts counts(Mode mode) {
        return hag(mode).counts();
    }

    @Override
    public void nodeAdded(String id) {
        if (slots != null) {
            use(slots, id);
        }
    }

    @Override
    public void nodeRemoved(String id) {
        if (slots != null) {
            release(slots, id);
        }
    }

    @Override
    public void edgeAdded(EdgeId edge, float weight) {
        if (slots == null) {
            return;
        }
        if (weight != 1) {
            giveUp();
            return;
        }
        int source = use(slots, edge.source());
        int target = use(slots, edge.target());
        hags.values().forEach(hag -> hag.edit(edits -> edits.add(source, target)));
    }

    @Override
    public void edgeRemoved(EdgeId edge, float weight) {
        if (slots != null) {
            int source = slots.find(edge.source());
            int target = slots.find(edge.target());
            hags.values().forEach(hag -> hag.edit(edits -> edits.remove(source, target)));
            release(slots, edge.source());
            release(slots, edge.target());
        }
    }

    @Override
    public void edgeReweighted(EdgeId edge, float before, float weight) {
        if (slots != null) {
            giveUp();
        }
    }

    private int use(VertexSlots vertices, String id) {
        int slot = vertices.use(id);
        if (vertices.isNew(slot)) {
            hags.values().forEach(hag -> hag.appear(slot));
        }
        return slot;
    }

    private void release(VertexSlots vertices, String id) {
        int slot = vertices.release(id);
        if (!vertices.isUsed(slot)) {
            hags.values().forEach(hag -> hag.disappear(slot));
        }
    }

    private void giveUp() {
        slots = null;
        hags.values().forEach(KeptHag::giveUp);
    }

    private KnownHags known(GraphSnapshot snapshot, Mode mode, CompletableFuture<Hag> hag) {
        VertexSlots vertices = slots;
        if (vertices == null) {
            throw new IllegalStateException("A graph is kept of vertices without slots.");
        }
        return new HagOfMoment(mode, hag, vertices.numbersIn(snapshot), snapshot.nodeCount());
    }

    private KeptHag hag(Mode mode) {
        KeptHag hag = hags.get(mode);
        if (hag == null) {
            throw new IllegalArgumentException("There are no rows of mode %s.".formatted(mode));
        }
        return hag;
    }

    private static boolean weighted(GraphSnapshot snapshot) {
        for (float weight : snapshot.in().weights()) {
            if (weight != 1) {
                return true;
            }
        }
        return false;
    }
}
