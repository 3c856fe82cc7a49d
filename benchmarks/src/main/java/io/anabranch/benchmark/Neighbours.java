package io.anabranch.benchmark;

/**
 * Who is next to whom, whichever way the edge points, as one array behind the other.
 *
 * @param starts of each vertex in {@code ends}, and one more
 */
record Neighbours(int[] starts, int[] ends) {

    static Neighbours of(DirectedGraph graph) {
        int[] starts = new int[graph.vertices() + 1];
        for (int e = 0; e < graph.edges(); e++) {
            starts[graph.sources()[e] + 1]++;
            starts[graph.targets()[e] + 1]++;
        }
        for (int v = 0; v < graph.vertices(); v++) {
            starts[v + 1] += starts[v];
        }
        int[] next = starts.clone();
        int[] ends = new int[2 * graph.edges()];
        for (int e = 0; e < graph.edges(); e++) {
            ends[next[graph.sources()[e]]++] = graph.targets()[e];
            ends[next[graph.targets()[e]]++] = graph.sources()[e];
        }
        return new Neighbours(starts, ends);
    }

    int vertices() {
        return starts.length - 1;
    }

    int from(int v) {
        return starts[v];
    }
}
