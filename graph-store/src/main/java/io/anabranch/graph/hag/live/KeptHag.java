package io.anabranch.graph.hag.live;

import io.anabranch.graph.hag.Hag;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.graph.hag.maintenance.GraphEdits;
import io.anabranch.graph.hag.maintenance.MaintainedHag;
import io.anabranch.graph.hag.maintenance.MaintenanceReport;
import io.anabranch.graph.hag.maintenance.RebuildRule;
import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.GraphSnapshot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The graph of one mode in {@link VertexSlots}, if one is kept. One thread at a time; figures may be read by any. */
final class KeptHag {

    private final Mode mode;
    private final Executor searches;
    private @Nullable MaintainedHag hag;
    /** Targets of it, with vertices or without. */
    private int size;
    /** Of graphs that were given up. */
    private KeptCounts earlier = KeptCounts.NONE;

    private volatile KeptCounts counts = KeptCounts.NONE;
    private volatile @Nullable MaintenanceReport report;

    KeptHag(Mode mode, Executor searches) {
        this.mode = mode;
        this.searches = searches;
    }

    boolean isKept() {
        return hag != null;
    }

    @Nullable
    MaintenanceReport report() {
        return report;
    }

    KeptCounts counts() {
        return counts;
    }

    /** Begins with the rows of a snapshot, each by itself, and a search; answers with what that found. */
    CompletableFuture<Hag> begin(GraphSnapshot snapshot, VertexSlots slots) {
        int[] numbers = slots.numbersIn(snapshot);
        CompressedRows in = snapshot.in();
        int[] slotOf = new int[snapshot.nodeCount()];
        int[] offsets = new int[numbers.length + 1];
        for (int slot = 0; slot < numbers.length; slot++) {
            int v = numbers[slot];
            if (v != VertexSlots.NONE) {
                slotOf[v] = slot;
            }
            offsets[slot + 1] = offsets[slot] + (v == VertexSlots.NONE ? 0 : in.degree(v));
        }
        int[] neighbours = new int[in.entries()];
        for (int slot = 0; slot < numbers.length; slot++) {
            int v = numbers[slot];
            for (int e = v == VertexSlots.NONE ? 0 : in.start(v), at = offsets[slot]; at < offsets[slot + 1]; e++) {
                neighbours[at++] = slotOf[in.neighbour(e)];
            }
        }
        MaintainedHag begun = MaintainedHag.ofRows(
                numbers.length, offsets, neighbours, RebuildRule.of(HagOptions.of(mode)), searches);
        hag = begun;
        size = numbers.length;
        for (int slot = 0; slot < numbers.length; slot++) {
            if (numbers[slot] == VertexSlots.NONE && mode == Mode.CLOSED) {
                begun.removeOwn(slot);
            }
        }
        CompletableFuture<Hag> found = begun.search();
        publish(begun);
        return found;
    }

    /** The graph as it is, with the last search if one has ended. */
    Hag now() {
        MaintainedHag kept = hag;
        if (kept == null) {
            throw new IllegalStateException("No graph of %s rows is kept.".formatted(mode));
        }
        boolean unused = kept.takeRebuilt();
        publish(kept);
        return kept.toHag();
    }

    void edit(Consumer<GraphEdits> edit) {
        MaintainedHag kept = hag;
        if (kept != null) {
            edit.accept(kept);
            publish(kept);
        }
    }

    /** A vertex comes, without edges. */
    void appear(int slot) {
        edit(edits -> {
            if (slot >= size) {
                size = slot + 1;
                edits.grow(size, size);
            }
            if (mode == Mode.CLOSED) {
                edits.addOwn(slot);
            }
        });
    }

    /** A vertex goes that has no edges any more. */
    void disappear(int slot) {
        if (mode == Mode.CLOSED) {
            edit(edits -> edits.removeOwn(slot));
        }
    }

    void giveUp() {
        earlier = counts;
        hag = null;
        report = null;
    }

    private void publish(MaintainedHag kept) {
        MaintenanceReport now = kept.report();
        counts = new KeptCounts(
                earlier.edits() + now.edits(),
                earlier.rebuilds() + now.rebuilds(),
                earlier.failedRebuilds() + now.failedRebuilds());
        report = now;
    }
}
