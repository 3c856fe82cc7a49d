package io.anabranch.learn.probe;

import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.Propagation;

/**
 * The rows of X, S X, …, S^H X at some vertices. Where these are fewer than the features, by way of (Sᵀ)^l of the vertices, which is as wide
 * as there are vertices asked for; else, or where all rows together were too large, the features move, a block of columns at a time, so that
 * features of any width need two blocks of all vertices and no more.
 */
final class HopRows {

    /** Numbers in a block of all vertices: 64 MiB. */
    private static final long MOST_VALUES = 1L << 23;

    /** Numbers in the rows of all levels: 512 MiB. */
    private static final long MOST_KEPT = 1L << 26;

    private final Propagation hop;
    private final FeatureRows features;
    private final int[] vertices;
    private final int hops;

    /** One block of one level: {@code rows} holds, for each vertex asked for, the {@code width} columns from {@code column} on. */
    interface Sink {
        void accept(int level, int column, int width, double[] rows);
    }

    HopRows(Propagation hop, FeatureRows features, int[] vertices, int hops) {
        this.hop = hop;
        this.features = features;
        this.vertices = vertices;
        this.hops = hops;
    }

    /** Levels 0 to H of the first block, then of the second, and so on. The sink must not keep the array. */
    void forEach(Sink sink) {
        long kept = (hops + 1L) * vertices.length * features.dimension();
        if (vertices.length < features.dimension() && kept <= MOST_KEPT) {
            fromVertices(sink);
        } else {
            fromFeatures(sink);
        }
    }

    /** The vertices' weights in what they receive, moved against the edges; a block is all columns. */
    void fromVertices(Sink sink) {
        int n = hop.vertices();
        int columns = features.dimension();
        Propagation back = hop.transposed();
        double[][] levels = new double[hops + 1][vertices.length * columns];
        int most = (int) Math.clamp(MOST_VALUES / Math.max(1, n), 1, 256);
        for (int first = 0; first < vertices.length; first += most) {
            int width = Math.min(most, vertices.length - first);
            double[] here = new double[n * width];
            double[] next = new double[n * width];
            for (int i = 0; i < width; i++) {
                here[vertices[first + i] * width + i] = 1;
            }
            for (int level = 0; level <= hops; level++) {
                weigh(here, width, levels[level], first);
                if (level < hops) {
                    back.apply(here, width, next);
                    double[] swap = here;
                    here = next;
                    next = swap;
                }
            }
        }
        for (int level = 0; level <= hops; level++) {
            sink.accept(level, 0, columns, levels[level]);
        }
    }

    /** Rows {@code first} to {@code first + width - 1} of the level: the features of all vertices, weighed. */
    private void weigh(double[] weights, int width, double[] level, int first) {
        int columns = features.dimension();
        // Column by column, so that the innermost loop runs over neighbours in memory.
        double[] sums = new double[columns * width];
        switch (features) {
            case FeatureRows.Sparse sparse -> {
                for (int v = 0; v < sparse.rows(); v++) {
                    for (int e = sparse.matrix().pattern().start(v);
                            e < sparse.matrix().pattern().start(v + 1);
                            e++) {
                        add(
                                weights,
                                v * width,
                                sparse.matrix().value(e),
                                sums,
                                sparse.matrix().pattern().column(e) * width,
                                width);
                    }
                }
            }
            case FeatureRows.Dense dense -> {
                for (int v = 0; v < dense.rows(); v++) {
                    for (int j = 0; j < columns; j++) {
                        add(weights, v * width, dense.value(v, j), sums, j * width, width);
                    }
                }
            }
        }
        for (int j = 0; j < columns; j++) {
            for (int i = 0; i < width; i++) {
                level[(first + i) * columns + j] = sums[j * width + i];
            }
        }
    }

    private static void add(double[] weights, int from, double factor, double[] sums, int to, int width) {
        for (int i = 0; i < width; i++) {
            sums[to + i] += factor * weights[from + i];
        }
    }

    void fromFeatures(Sink sink) {
        int n = hop.vertices();
        int most = (int) Math.clamp(MOST_VALUES / Math.max(1, n), 1, 256);
        for (int column = 0; column < features.dimension(); column += most) {
            int width = Math.min(most, features.dimension() - column);
            double[] here = new double[n * width];
            double[] next = new double[n * width];
            read(column, width, here);
            for (int level = 0; level <= hops; level++) {
                double[] rows = new double[vertices.length * width];
                for (int i = 0; i < vertices.length; i++) {
                    System.arraycopy(here, vertices[i] * width, rows, i * width, width);
                }
                sink.accept(level, column, width, rows);
                if (level < hops) {
                    hop.apply(here, width, next);
                    double[] swap = here;
                    here = next;
                    next = swap;
                }
            }
        }
    }

    private void read(int column, int width, double[] into) {
        switch (features) {
            case FeatureRows.Sparse sparse -> {
                for (int v = 0; v < sparse.rows(); v++) {
                    for (int e = sparse.matrix().pattern().start(v);
                            e < sparse.matrix().pattern().start(v + 1);
                            e++) {
                        int at = sparse.matrix().pattern().column(e) - column;
                        if (at >= 0 && at < width) {
                            into[v * width + at] += sparse.matrix().value(e);
                        }
                    }
                }
            }
            case FeatureRows.Dense dense -> {
                for (int v = 0; v < dense.rows(); v++) {
                    for (int j = 0; j < width; j++) {
                        into[v * width + j] = dense.value(v, column + j);
                    }
                }
            }
        }
    }
}
