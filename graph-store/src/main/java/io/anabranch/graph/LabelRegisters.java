package io.anabranch.graph;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;

/**
 * When each label (node, task) was last written; what it says lives in the journal alone.
 * Memory: 21 to 43 bytes per label. Not thread-safe.
 */
final class LabelRegisters {

    private final NameTable tasks = new NameTable();
    private final Long2LongOpenHashMap times = new Long2LongOpenHashMap();

    LabelRegisters() {
        times.defaultReturnValue(PartitionGraph.NEVER);
    }

    /** Takes the write iff its time is not before the stored one; returns whether it did. */
    boolean write(int vertex, String task, long time) {
        long key = (long) vertex << 32 | tasks.intern(task);
        if (time < times.get(key)) {
            return false;
        }
        times.put(key, time);
        return true;
    }

    int size() {
        return times.size();
    }
}
