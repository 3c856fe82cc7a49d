package io.anabranch.serve.recompute;

/** A graph without one of its edges: as if it had never been there, in-degrees included. */
record WithoutEdge(StoredGraph graph, int target, int gone) implements ForwardGraph {

    private int behind(int v, int edge) {
        return v == target && edge >= gone ? edge + 1 : edge;
    }

    @Override
    public int nodeOf(String id) {
        return graph.nodeOf(id);
    }

    @Override
    public int degree(int v) {
        return graph.degree(v) - (v == target ? 1 : 0);
    }

    @Override
    public int source(int v, int edge) {
        return graph.source(v, behind(v, edge));
    }

    @Override
    public float weight(int v, int edge) {
        return graph.weight(v, behind(v, edge));
    }

    @Override
    public String type(int v, int edge) {
        return graph.type(v, behind(v, edge));
    }

    @Override
    public void features(int v, float[] into) {
        graph.features(v, into);
    }
}
