package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The forward pass on a graph without one of its edges. Only rows that the edge can reach are computed: of its target, and layer by layer of
 * the vertices that these lead to; in a GCN also of those that divide by the target's in-degree. All others are as before.
 */
public final class EdgeRemoval {

    private final StoredGraph graph;
    private final Recomputation whole;
    /** By vertex: where its edges lead to, as far as was read. */
    private final List<List<Integer>> out = new ArrayList<>();

    /** @param whole the forward pass on all of the graph; it lends its rows */
    public EdgeRemoval(StoredGraph graph, Recomputation whole) {
        this.graph = graph;
        this.whole = whole;
        for (int v = 0; v < graph.size(); v++) {
            out.add(new ArrayList<>());
        }
        for (int v = 0; v < graph.size(); v++) {
            for (int edge = 0; edge < graph.vertex(v).in().size(); edge++) {
                out.get(graph.source(v, edge)).add(v);
            }
        }
    }

    /** @param edge which of the target's in-edges is taken away */
    public Recomputation without(int target, int edge) {
        List<BitSet> reached = reached(target);
        return whole.onto(
                new WithoutEdge(graph, target, edge),
                (layer, v) -> reached.get(layer).get(v));
    }

    /** By layer. */
    private List<BitSet> reached(int target) {
        ModelSpec spec = whole.spec();
        List<BitSet> reached = new ArrayList<>();
        reached.add(new BitSet());
        for (int l = 1; l <= spec.getLayersCount(); l++) {
            BitSet below = reached.get(l - 1);
            BitSet here = (BitSet) below.clone();
            below.stream().forEach(u -> out.get(u).forEach(here::set));
            here.set(target);
            if (spec.getLayers(l - 1).getConvolution() == Convolution.CONVOLUTION_GCN) {
                out.get(target).forEach(here::set);
            }
            reached.add(here);
        }
        return reached;
    }
}
