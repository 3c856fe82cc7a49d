package io.anabranch.stream.propagation;

import io.anabranch.graph.EdgeChanges;
import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.hag.pass.DirectPlan;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which vertices have a value under one model version, and how many in-edges of each sink bring one. An owned vertex has a value
 * iff it exists, a halo vertex iff its owner's answer of this version is here.
 *
 * <p>Memory: 9 bytes per ordinal. Not thread-safe.
 */
final class Sources {
    private final long version;
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final Set<Fault> faults;

    private boolean[] hasValue = {};
    /** Live in-edges whose source has a value. */
    private int[] valued = {};

    /** By ordinal: what the messages of halo vertices are made of. */
    private @Nullable HaloValue[] haloValues = {};

    Sources(long version, PartitionGraph graph, HaloTable halo, Set<Fault> faults) {
        this.version = version;
        this.graph = graph;
        this.halo = halo;
        this.faults = faults;
    }

    void grow(int vertices) {
        hasValue = Arrays.copyOf(hasValue, vertices);
        valued = Arrays.copyOf(valued, vertices);
        haloValues = Arrays.copyOf(haloValues, vertices);
    }

    /** Takes up the whole graph and every halo entry. */
    void start() {
        int vertices = graph.vertexCapacity();
        for (int v = 0; v < vertices; v++) {
            hasValue[v] = valueNow(v);
        }
        for (int v = 0; v < vertices; v++) {
            valued[v] = countValued(v);
        }
    }

    /**
     * Takes up a batch: edge changes first, then the sources of {@code changes.everywhere()} that gain or lose their value. The
     * targets of all these edges become structural.
     */
    void update(BatchChanges changes) {
        GraphDelta delta = changes.delta();
        VertexSet structural = changes.structural();
        EdgeChanges added = delta.addedEdges();
        for (int i = 0; i < added.size(); i++) {
            structural.add(added.target(i));
            valued[added.target(i)] += hasValue[added.source(i)] ? 1 : 0;
        }
        EdgeChanges removed = delta.removedEdges();
        for (int i = 0; i < removed.size(); i++) {
            structural.add(removed.target(i));
            valued[removed.target(i)] -= hasValue[removed.source(i)] ? 1 : 0;
        }
        EdgeChanges reweighted = delta.reweightedEdges();
        for (int i = 0; i < reweighted.size(); i++) {
            structural.add(reweighted.target(i));
        }
        for (int i = 0; i < changes.everywhere().size(); i++) {
            int u = changes.everywhere().get(i);
            boolean now = valueNow(u);
            if (now != hasValue[u]) {
                hasValue[u] = now;
                for (int e = 0; e < graph.outCount(u); e++) {
                    int v = graph.outTarget(u, e);
                    structural.add(v);
                    valued[v] += now ? 1 : -1;
                }
            }
        }
        if (faults.contains(Fault.PENDING_EDGES_NOT_COUNTED)) {
            for (int i = 0; i < structural.size(); i++) {
                if (graph.exists(structural.get(i))) {
                    changes.degreeMovers().add(structural.get(i));
                }
            }
        }
    }

    boolean hasValue(int u) {
        return u < hasValue.length && hasValue[u];
    }

    /** Whether an owned vertex exists, so that it takes in messages. */
    boolean isSink(int v) {
        return hasValue(v) && graph.owned(v);
    }

    /** Live in-edges of an owned vertex whose source has a value. */
    int valuedInEdges(int v) {
        return valued[v];
    }

    /** In-degree at the owner, pending edges included; for a halo vertex it must have a value. */
    int inDegree(int u) {
        if (!graph.owned(u)) {
            return haloValue(u).inDegree();
        }
        return faults.contains(Fault.PENDING_EDGES_NOT_COUNTED) ? valued[u] : graph.inDegree(u);
    }

    /** {@code h_l} of a halo vertex with a value, l &lt; L; read only. */
    float[] haloRow(int u, int l) {
        return haloValue(u).layers().row(l);
    }

    /** The in-edges that bring a value, as they are now, from ordinals to sinks. */
    DirectPlan plan(SinkRows sinks) {
        return ValuedEdges.plan(graph, hasValue, valued, sinks);
    }

    /** Whether v has a value now; takes up that of a halo vertex. */
    private boolean valueNow(int v) {
        if (graph.owned(v)) {
            return graph.exists(v);
        }
        haloValues[v] = halo.value(v, version);
        return haloValues[v] != null;
    }

    /** Counts the in-edges of an owned vertex that bring a value anew. */
    void recount(int v) {
        valued[v] = countValued(v);
    }

    private int countValued(int v) {
        int count = 0;
        for (int e = 0; e < graph.inDegree(v); e++) {
            count += hasValue[graph.inSource(v, e)] ? 1 : 0;
        }
        return count;
    }

    private HaloValue haloValue(int u) {
        var value = haloValues[u];
        if (value == null) {
            throw new IllegalStateException(
                    "The halo vertex (%s) has no value of version %d.".formatted(graph.vertexId(u), version));
        }
        return value;
    }
}
