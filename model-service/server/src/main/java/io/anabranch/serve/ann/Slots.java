package io.anabranch.serve.ann;

import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import java.util.Arrays;

/** The slots by ordinal. One writer; a reader sees every slot that was set before its ordinal got into the graph. */
final class Slots implements RandomAccessVectorValues {

    private final int width;
    // Replaced when it grows; a slot is immutable, so a reader of the older array sees a whole one.
    private volatile Slot[] slots = new Slot[1024];
    private volatile int used;

    Slots(int width) {
        this.width = width;
    }

    void set(int ordinal, Slot slot) {
        Slot[] now = slots;
        if (ordinal >= now.length) {
            now = Arrays.copyOf(now, Math.max(ordinal + 1, now.length + now.length / 2));
        }
        now[ordinal] = slot;
        slots = now;
        used = Math.max(used, ordinal + 1);
    }

    Slot get(int ordinal) {
        return slots[ordinal];
    }

    int capacityUsed() {
        return used;
    }

    @Override
    public int size() {
        return used;
    }

    @Override
    public int dimension() {
        return width;
    }

    @Override
    public VectorFloat<?> getVector(int ordinal) {
        return get(ordinal).vector();
    }

    @Override
    public boolean isValueShared() {
        return false;
    }

    @Override
    public RandomAccessVectorValues copy() {
        return this;
    }
}
