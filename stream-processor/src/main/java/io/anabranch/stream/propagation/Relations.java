package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.Arrays;

/** To which relation of a layer an edge belongs, by the number of its type. Not thread-safe. */
final class Relations {
    private final FrozenLayer layer;
    private final PartitionGraph graph;
    /** By type, as far as types were met. */
    private int[] relation = {};

    Relations(FrozenLayer layer, PartitionGraph graph) {
        this.layer = layer;
        this.graph = graph;
    }

    int count() {
        return layer.relations();
    }

    /** The relation of edges of this type, or {@link FrozenLayer#NO_RELATION}. */
    int ofType(int type) {
        if (!layer.relational()) {
            return 0;
        }
        if (type >= relation.length) {
            int known = relation.length;
            relation = Arrays.copyOf(relation, graph.typeCount());
            for (int t = known; t < relation.length; t++) {
                relation[t] = layer.relationOf(graph.typeName(t));
            }
        }
        return relation[type];
    }

    /** The relation of the i-th in-edge of v. */
    int ofInEdge(int v, int i) {
        return layer.relational() ? ofType(graph.inType(v, i)) : 0;
    }

    /** The relation of the i-th out-edge of u. */
    int ofOutEdge(int u, int i) {
        return layer.relational() ? ofType(graph.outType(u, i)) : 0;
    }
}
