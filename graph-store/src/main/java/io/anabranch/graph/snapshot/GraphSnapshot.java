package io.anabranch.graph.snapshot;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An immutable graph for training: nodes numbered 0 to n - 1 by ascending id, edges in compressed sparse rows of both directions,
 * features, and labels per task. The same facts give the same snapshot, in whatever order they came.
 *
 * <p>Edges of one in-row are ordered by source number, then type. Parallel edges of different type are entries of their own.
 *
 * <p>Memory: about 24 bytes an edge and 16 a node, besides ids, features and labels. Safe for any thread.
 */
public final class GraphSnapshot {

    private final String[] ids;
    private final String[] nodeTypes;
    private final CompressedRows in;
    private final CompressedRows out;
    /** Entry of the in-rows for each entry of the out-rows. */
    private final int[] outToIn;

    private final String[] edgeTypeNames;
    private final int[] edgeTypes;
    private final FeatureMatrix features;
    private final SortedMap<String, TaskLabels> labels;

    GraphSnapshot(
            String[] ids,
            String[] nodeTypes,
            CompressedRows in,
            String[] edgeTypeNames,
            int[] edgeTypes,
            FeatureMatrix features,
            SortedMap<String, TaskLabels> labels) {
        this.ids = ids;
        this.nodeTypes = nodeTypes;
        this.in = in;
        this.edgeTypeNames = edgeTypeNames;
        this.edgeTypes = edgeTypes;
        this.features = features;
        this.labels = labels;
        this.outToIn = new int[in.entries()];
        this.out = Transposition.of(in, ids.length, outToIn);
    }

    /** A builder for a graph whose feature rows have this length. */
    public static Builder builder(int featureDimension) {
        return new Builder(featureDimension);
    }

    public int nodeCount() {
        return ids.length;
    }

    /** Directed edges. */
    public int edgeCount() {
        return in.entries();
    }

    public String nodeId(int node) {
        return ids[node];
    }

    /** The ids by number; unmodifiable. */
    public List<String> nodeIds() {
        return Collections.unmodifiableList(Arrays.asList(ids));
    }

    /** The number of this node, or -1 if there is none. O(log n). */
    public int nodeOf(String id) {
        return Math.max(-1, Arrays.binarySearch(ids, id));
    }

    /** Empty for a node that was never upserted. */
    public String nodeType(int node) {
        return nodeTypes[node];
    }

    /** Row v: the sources of v's in-edges. */
    public CompressedRows in() {
        return in;
    }

    /** Row u: the targets of u's out-edges. */
    public CompressedRows out() {
        return out;
    }

    /** The entry of {@link #in()} that is the same edge as this entry of {@link #out()}. */
    public int inEntry(int outEntry) {
        return outToIn[outEntry];
    }

    /** The type of the edge at this entry of {@link #in()}. */
    public String edgeType(int inEntry) {
        return edgeTypeNames[edgeTypes[inEntry]];
    }

    /** A row per node; zeros for a node without features. */
    public FeatureMatrix features() {
        return features;
    }

    /** Labels by task, ascending by name. */
    public SortedMap<String, TaskLabels> labels() {
        return labels;
    }

    /** The labels of one task, or null if no existing node has any. */
    public @Nullable TaskLabels labels(String task) {
        return labels.get(task);
    }

    /** Writes the snapshot in the format of {@link SnapshotCodec}; does not close the stream. */
    public void writeTo(OutputStream output) throws IOException {
        SnapshotCodec.write(this, output);
    }

    /**
     * Reads what {@link #writeTo} wrote, any version.
     *
     * @throws IOException if the bytes are no snapshot, of a version from the future, or damaged
     */
    public static GraphSnapshot readFrom(InputStream input) throws IOException {
        return SnapshotCodec.read(input);
    }

    String[] idArray() {
        return ids;
    }

    String[] nodeTypeArray() {
        return nodeTypes;
    }

    String[] edgeTypeNames() {
        return edgeTypeNames;
    }

    int[] edgeTypeArray() {
        return edgeTypes;
    }

    /** Collects facts in any order; each node, edge and label once. Not thread-safe. */
    public static final class Builder {

        private final SnapshotAssembly assembly;

        private Builder(int featureDimension) {
            this.assembly = new SnapshotAssembly(featureDimension);
        }

        /**
         * Adds a node.
         *
         * @throws IllegalArgumentException if its features have another dimension than the graph
         */
        public Builder node(String id, String type, @Nullable FeatureVector features) {
            assembly.node(id, type, features);
            return this;
        }

        /** Adds a directed edge; its ends exist by it. */
        public Builder edge(EdgeId edge, float weight) {
            assembly.edge(edge, weight);
            return this;
        }

        /** Adds a label; it is left out if its node does not exist in the end. */
        public Builder label(String nodeId, Label label) {
            assembly.label(nodeId, label);
            return this;
        }

        public GraphSnapshot build() {
            return assembly.build();
        }
    }
}
