package io.anabranch.graph;

import it.unimi.dsi.fastutil.longs.Long2LongLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * When each label (node, task) was last written, and which of them are tombstones; what a label says lives in the journal alone.
 * Memory: 21 to 43 bytes per label, twice that and more for a tombstone. Not thread-safe.
 */
final class LabelRegisters {

    private final NameTable ids;
    private final VertexTable vertices;
    private final FactJournal journal;
    private final NameTable tasks = new NameTable();
    private final Long2LongOpenHashMap times = new Long2LongOpenHashMap();
    /** Tombstones, in the order in which they are to be looked at. */
    private final Long2LongLinkedOpenHashMap tombstones = new Long2LongLinkedOpenHashMap();

    private final LongArrayList listed = new LongArrayList();

    LabelRegisters(NameTable ids, VertexTable vertices, FactJournal journal) {
        this.ids = ids;
        this.vertices = vertices;
        this.journal = journal;
        times.defaultReturnValue(PartitionGraph.NEVER);
        tombstones.defaultReturnValue(PartitionGraph.NEVER);
    }

    /** Takes the write iff its time is not before the stored one. */
    void write(int vertex, String task, long time, @Nullable Label label) {
        boolean live = lives((long) vertex << 32 | tasks.intern(task));
        if (take(vertex, task, time, label == null)) {
            journal.write(new FactJournal.LabelFact(ids.name(vertex), task, time, label), live || label != null);
        }
    }

    /** A register from elsewhere: it wins if it is later than what is here. */
    void merge(int vertex, String task, long time, @Nullable Label label) {
        if (time > times.get((long) vertex << 32 | tasks.intern(task))) {
            write(vertex, task, time, label);
        }
    }

    private boolean lives(long key) {
        return times.containsKey(key) && !tombstones.containsKey(key);
    }

    void restore(int vertex, FactJournal.LabelFact fact) {
        take(vertex, fact.task(), fact.time(), fact.label() == null);
    }

    private boolean take(int vertex, String task, long time, boolean tombstone) {
        long key = (long) vertex << 32 | tasks.intern(task);
        if (time < times.get(key)) {
            return false;
        }
        if (times.put(key, time) == PartitionGraph.NEVER) {
            vertices.references[vertex]++;
        }
        if (tombstone) {
            tombstones.put(key, time);
        } else {
            tombstones.remove(key);
        }
        return true;
    }

    /** Lists tombstones of before the horizon, looking at no more than this many. */
    void listForgettable(long horizon, int most) {
        listed.clear();
        for (int i = Math.min(most, tombstones.size()); i > 0; i--) {
            long key = tombstones.firstLongKey();
            long time = tombstones.getAndMoveToLast(key);
            if (time < horizon) {
                listed.add(key);
                listed.add(time);
            }
        }
    }

    /** Forgets what was listed and is still the same tombstone. */
    int forgetListed() {
        int forgotten = 0;
        for (int i = 0; i < listed.size(); i += 2) {
            long key = listed.getLong(i);
            if (tombstones.get(key) == listed.getLong(i + 1)) {
                int vertex = (int) (key >>> 32);
                tombstones.remove(key);
                times.remove(key);
                vertices.references[vertex]--;
                journal.forget(new FactJournal.LabelKey(ids.name(vertex), tasks.name((int) key)));
                forgotten++;
            }
        }
        listed.clear();
        return forgotten;
    }

    int size() {
        return times.size();
    }
}
