package io.anabranch.graph.hag.live;

import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.GraphSnapshot;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Numbers of the vertices of a graph that changes: a vertex has the same one, its slot, for as long as it exists, and slots of vertices that are gone
 * are given to new ones. Numbers of a snapshot are ranks by id, and shift with every vertex that comes or goes.
 *
 * <p>A vertex exists while it is used: once by itself if it was put, and once by each end of each edge.
 *
 * <p>Memory: 12 to 20 bytes a vertex; ids are shared with the snapshot or the event. Not thread-safe.
 */
final class VertexSlots {

    /** Of a slot without a vertex, or a vertex without a slot. */
    static final int NONE = -1;

    private final Object2IntOpenHashMap<String> slots;
    private final IntArrayList free = new IntArrayList();
    private int[] uses;
    /** One more than the greatest slot that was ever in use. */
    private int size;

    private VertexSlots(int vertices) {
        slots = new Object2IntOpenHashMap<>(vertices);
        slots.defaultReturnValue(NONE);
        uses = new int[Math.max(16, vertices)];
    }

    /**
     * Every vertex of the snapshot in the slot of its number.
     *
     * @param put which of its vertices were put
     */
    static VertexSlots of(GraphSnapshot snapshot, Predicate<String> put) {
        VertexSlots slots = new VertexSlots(snapshot.nodeCount());
        CompressedRows in = snapshot.in();
        CompressedRows out = snapshot.out();
        for (int v = 0; v < snapshot.nodeCount(); v++) {
            String id = snapshot.nodeId(v);
            slots.slots.put(id, v);
            slots.uses[v] = in.degree(v) + out.degree(v) + (put.test(id) ? 1 : 0);
        }
        slots.size = snapshot.nodeCount();
        return slots;
    }

    /** Vertices that exist. */
    int vertices() {
        return slots.size();
    }

    /** One more than the greatest slot that was ever in use. */
    int size() {
        return size;
    }

    boolean isUsed(int slot) {
        return uses[slot] > 0;
    }

    /** The slot of this vertex, or {@link #NONE}. */
    int find(String id) {
        return slots.getInt(id);
    }

    /** Uses a vertex once more, a new one in a slot that is free. Whether it is new is {@link #isNew}. */
    int use(String id) {
        int slot = slots.getInt(id);
        if (slot == NONE) {
            slot = free.isEmpty() ? append() : free.popInt();
            slots.put(id, slot);
        }
        uses[slot]++;
        return slot;
    }

    /** Whether the vertex in this slot was used once. */
    boolean isNew(int slot) {
        return uses[slot] == 1;
    }

    /**
     * Uses a vertex once less; whoever is not used any more is gone, and its slot is free.
     *
     * @throws IllegalStateException if there is no such vertex
     */
    int release(String id) {
        int slot = slots.getInt(id);
        if (slot == NONE) {
            throw new IllegalStateException("There is no vertex (%s) to let go.".formatted(id));
        }
        if (--uses[slot] == 0) {
            slots.removeInt(id);
            free.push(slot);
        }
        return slot;
    }

    /**
     * The number in the snapshot of the vertex in each slot, or {@link #NONE}.
     *
     * @throws IllegalStateException if the snapshot is of other vertices
     */
    int[] numbersIn(GraphSnapshot snapshot) {
        int[] numbers = new int[size];
        Arrays.fill(numbers, NONE);
        boolean same = snapshot.nodeCount() == slots.size();
        for (int v = 0; same && v < snapshot.nodeCount(); v++) {
            int slot = slots.getInt(snapshot.nodeId(v));
            same = slot != NONE;
            if (same) {
                numbers[slot] = v;
            }
        }
        if (!same) {
            throw new IllegalStateException(
                    "The snapshot has %d vertices, of which not all are among the %d that were followed."
                            .formatted(snapshot.nodeCount(), slots.size()));
        }
        return numbers;
    }

    private int append() {
        if (size == uses.length) {
            uses = Arrays.copyOf(uses, size + (size >> 1));
        }
        return size++;
    }
}
