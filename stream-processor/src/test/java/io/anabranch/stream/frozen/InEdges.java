package io.anabranch.stream.frozen;

/**
 * The in-edges of a whole graph as compressed rows.
 *
 * @param start [vertices + 1]: in-edges of v are {@code start[v] .. start[v + 1] - 1}
 * @param source [edges]: ordinals of the sources
 * @param weight [edges]
 * @param type [edges]
 */
public record InEdges(int[] start, int[] source, float[] weight, String[] type) {
    public int vertices() {
        return start.length - 1;
    }

    public int inDegree(int v) {
        return start[v + 1] - start[v];
    }
}
