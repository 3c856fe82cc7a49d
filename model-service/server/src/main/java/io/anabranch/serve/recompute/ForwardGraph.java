package io.anabranch.serve.recompute;

import io.anabranch.graph.snapshot.CompressedRows;
import io.anabranch.graph.snapshot.GraphSnapshot;

/** What a forward pass reads of a graph; vertices are numbers. Not changed while it is used. */
public interface ForwardGraph {

    /** -1: there is none. */
    int nodeOf(String id);

    /** In-edges; known for every vertex, also where the edges themselves were not read. */
    int degree(int v);

    int source(int v, int edge);

    float weight(int v, int edge);

    String type(int v, int edge);

    /** Zeros where it has none. */
    void features(int v, float[] into);

    /** A whole graph. */
    static ForwardGraph of(GraphSnapshot graph) {
        CompressedRows in = graph.in();
        return new ForwardGraph() {
            @Override
            public int nodeOf(String id) {
                return graph.nodeOf(id);
            }

            @Override
            public int degree(int v) {
                return in.degree(v);
            }

            @Override
            public int source(int v, int edge) {
                return in.neighbour(in.start(v) + edge);
            }

            @Override
            public float weight(int v, int edge) {
                return in.weight(in.start(v) + edge);
            }

            @Override
            public String type(int v, int edge) {
                return graph.edgeType(in.start(v) + edge);
            }

            @Override
            public void features(int v, float[] into) {
                graph.features().copyRow(v, into, 0);
            }
        };
    }
}
