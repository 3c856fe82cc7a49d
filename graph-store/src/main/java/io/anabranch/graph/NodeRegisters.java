package io.anabranch.graph;

import io.anabranch.graph.feature.FeatureSlab;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The registers of owned nodes: type and row by upsert or delete, single feature columns by patch, and the greatest delete time.
 *
 * <p>Every feature column is a register of its own. An upsert or a delete writes all of them, a patch some, so what is stored is the row
 * as it is, and the times of those columns that were written later than the node: a value that was overwritten never shows again.
 * Upserts and patches of equal time: the later record wins. A patch and a delete of equal time: the delete. Not thread-safe.
 */
final class NodeRegisters {

    private final NameTable ids;
    private final NameTable types;
    private final VertexTable vertices;
    private final FeatureSlab features;
    private final int dimension;
    private final DeltaRecorder recorder;
    private final FactJournal journal;

    /** Of nodes that have any. */
    private final Int2ObjectOpenHashMap<ColumnTimes> columns = new Int2ObjectOpenHashMap<>();

    private long columnCount;

    NodeRegisters(
            NameTable ids,
            NameTable types,
            GraphTables tables,
            int dimension,
            DeltaRecorder recorder,
            FactJournal journal) {
        this.ids = ids;
        this.types = types;
        this.vertices = tables.vertices();
        this.features = tables.features();
        this.dimension = dimension;
        this.recorder = recorder;
        this.journal = journal;
        columns.defaultReturnValue(ColumnTimes.NONE);
    }

    void restore(int v, FactJournal.NodeFact node) {
        vertices.time[v] = node.time();
        vertices.deleteTime[v] = node.deleteTime();
        vertices.set(v, VertexTable.ALIVE, node.alive());
        vertices.type[v] = types.intern(node.type());
        keep(v, node.columns());
        if (node.features() != null) {
            int row = features.acquire();
            node.features().copyInto(features.segment(row), features.offset(row));
            vertices.featureRow[v] = row;
        }
    }

    /** @throws IllegalArgumentException if the features have another dimension than the graph */
    void upsert(int v, GraphMutation.UpsertNode node) {
        FeatureVector row = node.features();
        if (row != null) {
            requireFits(node.id(), row.dimension());
        }
        recorder.touch(v);
        if (node.time() < vertices.time[v]) {
            return;
        }
        int type = types.intern(node.type());
        boolean same = holds(v, node.time(), type, row);
        write(v, node.time(), true, type, row);
        if (!same) {
            journal.write(vertices.is(v, VertexTable.PATCHED) ? fact(v) : fact(v, row), true);
        }
    }

    /** Whether the upsert is one that was taken already, and nothing was written since. */
    private boolean holds(int v, long time, int type, @Nullable FeatureVector row) {
        if (time != vertices.time[v]
                || !vertices.is(v, VertexTable.ALIVE)
                || vertices.is(v, VertexTable.PATCHED)
                || type != vertices.type[v]) {
            return false;
        }
        int held = vertices.featureRow[v];
        if (row == null || held == FeatureSlab.NO_ROW) {
            return row == null && held == FeatureSlab.NO_ROW;
        }
        float[] values = new float[dimension];
        features.copyInto(held, values, 0);
        return Arrays.equals(values, row.toArray());
    }

    /** @throws IllegalArgumentException if the patch is for rows of another dimension */
    void patch(int v, GraphMutation.PatchNode node) {
        FeaturePatch patch = node.columns();
        requireFits(node.id(), patch.dimension());
        recorder.touch(v);
        long time = node.time();
        if (time < vertices.time[v] || time <= vertices.deleteTime[v]) {
            return;
        }
        ColumnTimes before = columns.get(v);
        int wins = 0;
        for (int i = 0; i < patch.size(); i++) {
            wins += before.yieldsTo(patch.column(i), time) ? 1 : 0;
        }
        if (wins == 0) {
            return;
        }
        int old = vertices.featureRow[v];
        int row = rowToWrite(v);
        if (row != old) {
            features.copyInto(old, features.segment(row), features.offset(row));
        }
        for (int i = 0; i < patch.size(); i++) {
            if (before.yieldsTo(patch.column(i), time)) {
                features.segment(row)[features.offset(row) + patch.column(i)] = patch.value(i);
            }
        }
        vertices.featureRow[v] = row;
        keep(v, before.with(patch, time));
        journal.write(fact(v), true);
    }

    /** Returns whether the greatest delete time rose. */
    boolean remove(int v, long time) {
        recorder.touch(v);
        boolean raises = time > vertices.deleteTime[v];
        boolean wins = time > vertices.time[v] || time == vertices.time[v] && vertices.is(v, VertexTable.ALIVE);
        boolean present = vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED);
        if (wins) {
            write(v, time, false, 0, null);
        }
        if (raises) {
            recorder.raised(v);
            vertices.deleteTime[v] = time;
        }
        if (wins || raises) {
            journal.write(fact(v), wins && present);
        }
        return raises;
    }

    /**
     * Merges a register from elsewhere: of the node, of each column and of the delete time what is later wins, and at equal times what is here
     * stays.
     *
     * @return whether the greatest delete time rose
     * @throws IllegalArgumentException if the features have another dimension than the graph
     */
    boolean merge(int v, FactJournal.NodeFact node) {
        FeatureVector row = node.features();
        if (row != null) {
            requireFits(node.id(), row.dimension());
        }
        recorder.touch(v);
        boolean raises = node.deleteTime() > vertices.deleteTime[v];
        if (raises) {
            recorder.raised(v);
            vertices.deleteTime[v] = node.deleteTime();
        }
        boolean present = vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED);
        boolean wins = node.time() > vertices.time[v];
        ColumnTimes here = columns.get(v);
        ColumnTimes merged =
                here.merged(node.columns(), wins ? node.time() : vertices.time[v], wins, vertices.deleteTime[v]);
        if (!wins && merged.equals(here)) {
            if (raises) {
                journal.write(fact(v), false);
            }
            return raises;
        }
        float[] values = mergedRow(v, row, here, merged, wins);
        if (wins) {
            vertices.time[v] = node.time();
            vertices.set(v, VertexTable.ALIVE, node.alive());
            vertices.type[v] = types.intern(node.type());
        }
        boolean hasRow = !merged.isEmpty() || (wins ? row != null : vertices.featureRow[v] != FeatureSlab.NO_ROW);
        setRow(v, hasRow ? values : null);
        keep(v, merged);
        boolean shows = present || vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED);
        journal.write(fact(v), shows);
        return raises;
    }

    /** The winner's row, with each later column as whoever wrote it last has it. */
    private float[] mergedRow(int v, @Nullable FeatureVector row, ColumnTimes here, ColumnTimes merged, boolean wins) {
        float[] own = new float[dimension];
        features.copyInto(vertices.featureRow[v], own, 0);
        float[] other = row == null ? new float[dimension] : row.toArray();
        float[] values = (wins ? other : own).clone();
        for (int i = 0; i < merged.size(); i++) {
            int column = merged.column(i);
            values[column] = merged.time(i) > here.timeOf(column) ? other[column] : own[column];
        }
        return values;
    }

    private void setRow(int v, float @Nullable [] values) {
        int old = vertices.featureRow[v];
        if (values == null) {
            if (!recorder.keepOldRow(v)) {
                features.release(old);
            }
            vertices.featureRow[v] = FeatureSlab.NO_ROW;
        } else {
            int row = rowToWrite(v);
            System.arraycopy(values, 0, features.segment(row), features.offset(row), dimension);
            vertices.featureRow[v] = row;
        }
    }

    /** A delete is no longer needed against older events; a node that is not there by itself is wholly forgotten. */
    void forgetDelete(int v) {
        vertices.deleteTime[v] = PartitionGraph.NEVER;
        if (vertices.is(v, VertexTable.ALIVE | VertexTable.PATCHED)) {
            journal.write(fact(v), false);
        } else {
            vertices.time[v] = PartitionGraph.NEVER;
            journal.forget(new FactJournal.NodeKey(ids.name(v)));
        }
    }

    private void requireFits(String id, int rowDimension) {
        if (rowDimension != dimension) {
            throw new IllegalArgumentException("The features of node (%s) have dimension %d, the graph has %d."
                    .formatted(id, rowDimension, dimension));
        }
    }

    /** Writes all columns; those that were written later stay. */
    private void write(int v, long time, boolean alive, int type, @Nullable FeatureVector base) {
        ColumnTimes later = columns.get(v).after(time);
        float[] kept = new float[later.size()];
        int old = vertices.featureRow[v];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = features.segment(old)[features.offset(old) + later.column(i)];
        }
        if (base == null && later.isEmpty()) {
            if (!recorder.keepOldRow(v)) {
                features.release(old);
            }
            vertices.featureRow[v] = FeatureSlab.NO_ROW;
        } else {
            int row = rowToWrite(v);
            float[] segment = features.segment(row);
            int offset = features.offset(row);
            if (base == null) {
                features.copyInto(FeatureSlab.NO_ROW, segment, offset);
            } else {
                base.copyInto(segment, offset);
            }
            for (int i = 0; i < kept.length; i++) {
                segment[offset + later.column(i)] = kept[i];
            }
            vertices.featureRow[v] = row;
        }
        vertices.time[v] = time;
        vertices.set(v, VertexTable.ALIVE, alive);
        vertices.type[v] = type;
        keep(v, later);
    }

    /** The vertex's own row, unless the open batch keeps that one for comparison. */
    private int rowToWrite(int v) {
        int old = vertices.featureRow[v];
        return recorder.keepOldRow(v) || old == FeatureSlab.NO_ROW ? features.acquire() : old;
    }

    private void keep(int v, ColumnTimes later) {
        if (later.isEmpty() && !vertices.is(v, VertexTable.PATCHED)) {
            return;
        }
        vertices.set(v, VertexTable.PATCHED, !later.isEmpty());
        ColumnTimes before = later.isEmpty() ? columns.remove(v) : columns.put(v, later);
        columnCount += later.size() - before.size();
    }

    private FactJournal.NodeFact fact(int v) {
        int row = vertices.featureRow[v];
        if (row == FeatureSlab.NO_ROW) {
            return fact(v, null);
        }
        float[] values = new float[dimension];
        features.copyInto(row, values, 0);
        return fact(v, FeatureVector.compact(values));
    }

    private FactJournal.NodeFact fact(int v, @Nullable FeatureVector values) {
        return new FactJournal.NodeFact(
                ids.name(v),
                vertices.time[v],
                vertices.is(v, VertexTable.ALIVE),
                types.name(vertices.type[v]),
                values,
                vertices.deleteTime[v],
                columns.get(v));
    }

    /** Of the later columns alone, with object headers: 12 bytes a column, and about 80 for each node that has any. */
    long memoryBytes() {
        return 80L * columns.size() + 12L * columnCount;
    }
}
