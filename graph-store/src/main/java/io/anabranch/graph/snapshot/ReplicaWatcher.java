package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;

/**
 * Told how the nodes and edges of a replica change, after each change and in their order, by the thread that makes it and under the
 * replica's lock. What is put again as it was is no change.
 */
public interface ReplicaWatcher {

    /** Watches nothing. */
    ReplicaWatcher NONE = new ReplicaWatcher() {
        @Override
        public void nodeAdded(String id) {}

        @Override
        public void nodeRemoved(String id) {}

        @Override
        public void edgeAdded(EdgeId edge, float weight) {}

        @Override
        public void edgeRemoved(EdgeId edge, float weight) {}

        @Override
        public void edgeReweighted(EdgeId edge, float before, float weight) {}
    };

    /** A node was put that was not. It may have existed by its edges. */
    void nodeAdded(String id);

    /** A node that was put is no more. It exists on if it has edges. */
    void nodeRemoved(String id);

    void edgeAdded(EdgeId edge, float weight);

    void edgeRemoved(EdgeId edge, float weight);

    void edgeReweighted(EdgeId edge, float before, float weight);
}
