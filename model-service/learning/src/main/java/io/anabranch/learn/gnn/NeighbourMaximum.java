package io.anabranch.learn.gnn;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.EdgeWeights;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.learn.tensor.RowMaximum;
import java.util.Arrays;

/**
 * The greatest or least message of each vertex's in-edges, column by column, [n, width] → [n, width]: {@code y_v = max w x_u}. Without in-edges it is
 * zero. Minima are maxima of negated rows.
 *
 * <p>Where all weights are 1 it runs along the {@link AggregationPlan} of the open rows, which gives the same bits and holders whatever it shares; else,
 * and in double precision, edge by edge. Immutable.
 */
final class NeighbourMaximum implements RowMaximum {

    private static final int NOBODY = -1;

    private final MessageGraph graph;
    /** 1 for maxima, −1 for minima. */
    private final int sign;

    private final boolean weighted;

    NeighbourMaximum(MessageGraph graph, int sign) {
        this.graph = graph;
        this.sign = sign;
        this.weighted = EdgeWeights.of(graph.weights()) != EdgeWeights.ONES;
    }

    @Override
    public int inputs() {
        return graph.vertices();
    }

    @Override
    public int outputs() {
        return graph.vertices();
    }

    @Override
    public void apply(float[] x, int width, float[] y) {
        int size = graph.vertices() * width;
        if (weighted) {
            Holders holders = holders(x, width);
            for (int i = 0; i < size; i++) {
                int row = holders.rows()[i];
                y[i] = row < 0 ? 0 : holders.factor(i) * x[row * width + i % width];
            }
            return;
        }
        flip(x, size);
        plan().max(x, width, y, null);
        flip(y, size);
    }

    @Override
    public Holders holders(float[] x, int width) {
        int size = graph.vertices() * width;
        if (weighted) {
            double[] exact = new double[size];
            for (int i = 0; i < size; i++) {
                exact[i] = x[i];
            }
            return holders(exact, width);
        }
        flip(x, size);
        int[] rows = new int[size];
        plan().max(x, width, new float[size], rows);
        flip(x, size);
        for (int i = 0; i < size; i++) {
            rows[i] = rows[i] == AggregationPlan.NO_SOURCE ? NOBODY : rows[i];
        }
        return new Holders(rows, null);
    }

    @Override
    public Holders holders(double[] x, int width) {
        int[] rows = new int[graph.vertices() * width];
        float[] factors = new float[rows.length];
        double[] best = new double[width];
        for (int v = 0; v < graph.vertices(); v++) {
            Arrays.fill(best, Double.NEGATIVE_INFINITY);
            Arrays.fill(rows, v * width, (v + 1) * width, NOBODY);
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                int from = graph.source(e) * width;
                double factor = sign * (double) graph.weight(e);
                for (int j = 0; j < width; j++) {
                    double message = factor * x[from + j];
                    int at = v * width + j;
                    boolean first = message == best[j] && graph.source(e) < rows[at];
                    if (message > best[j] || first) {
                        best[j] = message;
                        rows[at] = graph.source(e);
                        factors[at] = graph.weight(e);
                    }
                }
            }
        }
        return new Holders(rows, factors);
    }

    private AggregationPlan plan() {
        return graph.plan(Mode.OPEN);
    }

    /** Zeros stay +0. */
    private void flip(float[] rows, int size) {
        for (int i = 0; sign < 0 && i < size; i++) {
            rows[i] = 0 - rows[i];
        }
    }
}
