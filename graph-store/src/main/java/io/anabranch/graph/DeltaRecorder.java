package io.anabranch.graph;

import io.anabranch.graph.feature.FeatureSlab;

/**
 * Remembers how each edge and vertex was when the open batch first met it, and says at the drain what is different now. So the
 * order and number of writes within a batch leave no trace.
 */
final class DeltaRecorder {

    private final GraphTables tables;
    private final VertexTable vertices;
    private final BatchBaselines batch = new BatchBaselines();
    private final GraphDelta delta = new GraphDelta();

    DeltaRecorder(GraphTables tables) {
        this.tables = tables;
        this.vertices = tables.vertices();
    }

    /** Before anything about the vertex changes. */
    void touch(int v) {
        if (vertices.baseline[v] == 0) {
            int flags =
                    (tables.exists(v) ? BatchBaselines.EXISTED : 0) | (tables.wanted(v) ? BatchBaselines.WANTED : 0);
            vertices.baseline[v] = batch.addVertex(v, tables.edges().in().count(v), flags);
        }
    }

    /** Before the edge's register changes. */
    void track(int slot) {
        if (!tables.edges().tracked(slot)) {
            tables.edges().track(slot, true);
            batch.addEdge(slot, tables.edges().live(slot) ? tables.edges().weight(slot) : Float.NaN);
        }
    }

    /** The delete time of a touched vertex rises. */
    void raised(int v) {
        batch.flags[vertices.baseline[v] - 1] |= BatchBaselines.DELETE_RAISED;
    }

    /**
     * The features of a touched vertex change.
     *
     * @return whether the old row is kept aside until the drain, which compares; false: the caller may overwrite it
     */
    boolean keepOldRow(int v) {
        int entry = vertices.baseline[v] - 1;
        if (batch.oldRows[entry] != BatchBaselines.UNCHANGED) {
            return false;
        }
        batch.oldRows[entry] = vertices.featureRow[v];
        return true;
    }

    /** The steps of a touched vertex from this one on change. */
    void stepped(int v, int first) {
        int entry = vertices.baseline[v] - 1;
        batch.unchangedSteps[entry] = Math.min(batch.unchangedSteps[entry], first);
    }

    boolean isEmpty() {
        return batch.vertexCount == 0;
    }

    GraphDelta drain() {
        delta.clear();
        for (int i = 0; i < batch.edgeCount; i++) {
            drainEdge(batch.edges[i], batch.oldWeights[i]);
        }
        for (int i = 0; i < batch.vertexCount; i++) {
            int v = batch.vertices[i];
            vertices.baseline[v] = 0;
            if (tables.owned(v)) {
                drainOwned(v, i);
            } else {
                drainHalo(v, (batch.flags[i] & BatchBaselines.WANTED) != 0);
            }
        }
        batch.clear();
        return delta;
    }

    private void drainEdge(int slot, float oldWeight) {
        tables.edges().track(slot, false);
        boolean lived = !Float.isNaN(oldWeight);
        boolean lives = tables.edges().live(slot);
        float weight = tables.edges().weight(slot);
        int u = tables.edges().source(slot);
        int v = tables.edges().target(slot);
        int type = tables.edges().type(slot);
        if (lives && !lived) {
            delta.added.add(u, v, type, 0, weight);
        } else if (lived && !lives) {
            delta.removed.add(u, v, type, oldWeight, 0);
        } else if (lives && Float.floatToIntBits(oldWeight) != Float.floatToIntBits(weight)) {
            delta.reweighted.add(u, v, type, oldWeight, weight);
        }
    }

    private void drainOwned(int v, int entry) {
        delta.touched.add(v);
        boolean existed = (batch.flags[entry] & BatchBaselines.EXISTED) != 0;
        boolean exists = tables.exists(v);
        if (exists && !existed) {
            delta.appeared.add(v);
        } else if (existed && !exists) {
            delta.disappeared.add(v);
        }
        if (batch.oldInDegrees[entry] != tables.edges().in().count(v)) {
            delta.degreeChanged.add(v, batch.oldInDegrees[entry]);
        }
        if ((batch.flags[entry] & BatchBaselines.DELETE_RAISED) != 0) {
            delta.deleteRaised.add(v);
        }
        if (batch.unchangedSteps[entry] != BatchBaselines.ALL_STEPS) {
            delta.changedHistories.add(v, batch.unchangedSteps[entry]);
        }
        int oldRow = batch.oldRows[entry];
        if (oldRow != BatchBaselines.UNCHANGED) {
            FeatureSlab features = tables.features();
            if (exists && !features.same(oldRow, vertices.featureRow[v])) {
                delta.changedFeatures.add(v);
            }
            features.release(oldRow);
        }
    }

    private void drainHalo(int v, boolean wasWanted) {
        boolean isWanted = tables.wanted(v);
        if (isWanted && !wasWanted) {
            delta.wanted.add(v);
        } else if (wasWanted && !isWanted) {
            delta.unwanted.add(v);
        }
    }

    long memoryBytes() {
        return batch.memoryBytes();
    }
}
