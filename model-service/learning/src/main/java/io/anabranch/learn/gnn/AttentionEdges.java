package io.anabranch.learn.gnn;

import io.anabranch.learn.tensor.SparsePattern;

/**
 * Between whom attention is paid: each vertex and itself, and its in-edges of weight above 0. Entries of the pattern [n, n] by target, the
 * vertex itself first.
 *
 * @param sources by entry
 * @param targets by entry
 * @param logWeights by entry; an edge of weight w counts as w parallel edges, so its score grows by log w
 */
record AttentionEdges(SparsePattern pattern, int[] sources, int[] targets, double[] logWeights) {

    static AttentionEdges of(MessageGraph graph) {
        int n = graph.vertices();
        int[] starts = new int[n + 1];
        for (int v = 0; v < n; v++) {
            int entries = 1;
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v) + graph.inDegree(v); e++) {
                entries += graph.weight(e) > 0 ? 1 : 0;
            }
            starts[v + 1] = starts[v] + entries;
        }
        int[] sources = new int[starts[n]];
        int[] targets = new int[starts[n]];
        double[] logWeights = new double[starts[n]];
        for (int v = 0; v < n; v++) {
            int at = starts[v];
            sources[at] = v;
            targets[at++] = v;
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v) + graph.inDegree(v); e++) {
                if (graph.weight(e) > 0) {
                    sources[at] = graph.source(e);
                    targets[at] = v;
                    logWeights[at++] = Math.log(graph.weight(e));
                }
            }
        }
        return new AttentionEdges(new SparsePattern(n, n, starts, sources), sources, targets, logWeights);
    }
}
