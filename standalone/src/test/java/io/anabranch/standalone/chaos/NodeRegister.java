package io.anabranch.standalone.chaos;

import io.anabranch.standalone.chaos.FoldedGraph.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node as its upserts, patches and deletes make it: one register for the whole, and one for each feature column that was patched
 * since. Write in the order of the log. Not thread-safe.
 */
final class NodeRegister {

    private record Column(long time, float value) {}

    private long time = Long.MIN_VALUE;
    private @Nullable Node whole;
    private long deleted = Long.MIN_VALUE;
    private final SortedMap<Integer, Column> columns = new TreeMap<>();

    void upsert(Node node) {
        writeWhole(node.time(), node);
    }

    void delete(long at) {
        deleted = Math.max(deleted, at);
        writeWhole(at, null);
    }

    private void writeWhole(long at, @Nullable Node node) {
        if (at >= time) {
            time = at;
            whole = node;
            columns.values().removeIf(column -> column.time <= at);
        }
    }

    void patch(int index, float value, long at) {
        Column known = columns.get(index);
        if (at > deleted && at >= time && (known == null || at >= known.time)) {
            columns.put(index, new Column(at, value));
        }
    }

    /** Greatest time of a delete. */
    long deleted() {
        return deleted;
    }

    /** Null: the node is not there. */
    @Nullable
    Node result(int dimension) {
        if (columns.isEmpty()) {
            return whole;
        }
        long latest = whole == null ? Long.MIN_VALUE : whole.time();
        List<Float> row = new ArrayList<>(whole == null ? Collections.nCopies(dimension, 0f) : whole.row());
        for (var column : columns.entrySet()) {
            row.set(column.getKey(), column.getValue().value);
            latest = Math.max(latest, column.getValue().time);
        }
        return new Node(latest, whole == null ? "" : whole.type(), row);
    }
}
