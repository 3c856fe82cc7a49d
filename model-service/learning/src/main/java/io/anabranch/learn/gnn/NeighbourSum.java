package io.anabranch.learn.gnn;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions.Mode;
import io.anabranch.learn.tensor.LinearMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each vertex receives of the messages, [n, width] → [n, width]: {@code y = F (A (G x) [+ G x])} with diagonal factors F at the
 * receiver and G at the sender, the own message added or not, and A the sum over in-edges. The factors stay out of A, so that
 * convolutions run over the same {@link AggregationPlan}, which sees the edges' own weights alone: of open rows, or of closed ones where
 * the own message is added.
 *
 * <p>Immutable; takes 4 bytes per vertex and factor. Double precision, which serves checks, goes edge by edge.
 */
final class NeighbourSum implements LinearMap {

    private final MessageGraph graph;
    private final AggregationPlan plan;
    private final float @Nullable [] before;
    private final float @Nullable [] after;
    /** Whether the sums run against the edges. */
    private final boolean backward;

    private NeighbourSum(
            MessageGraph graph,
            AggregationPlan plan,
            float @Nullable [] before,
            float @Nullable [] after,
            boolean backward) {
        this.graph = graph;
        this.plan = plan;
        this.before = before;
        this.after = after;
        this.backward = backward;
    }

    /** {@code y_v = Σ w x_u} */
    static NeighbourSum plain(MessageGraph graph) {
        return new NeighbourSum(graph, graph.plan(Mode.OPEN), null, null, false);
    }

    /** {@code y_v = factor_v Σ w x_u} */
    static NeighbourSum scaled(MessageGraph graph, float[] factor) {
        return new NeighbourSum(graph, graph.plan(Mode.OPEN), null, factor, false);
    }

    /** {@code y_v = factor_v (Σ w factor_u x_u + factor_v x_v)} */
    static NeighbourSum symmetric(MessageGraph graph, float[] factor) {
        return new NeighbourSum(graph, graph.plan(Mode.CLOSED), factor, factor, false);
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
    public NeighbourSum transposed() {
        return new NeighbourSum(graph, plan, after, before, !backward);
    }

    @Override
    public float @Nullable [] before() {
        return before;
    }

    @Override
    public float @Nullable [] after() {
        return after;
    }

    @Override
    public void applyUnscaled(float[] x, int width, float[] y) {
        if (backward) {
            plan.sumTransposed(x, width, y);
        } else {
            plan.sum(x, width, y);
        }
    }

    /** The whole map, for rows outside a tape. Overwrites y and scales x. */
    void apply(float[] x, int width, float[] y) {
        scale(before, x, width);
        applyUnscaled(x, width, y);
        scale(after, y, width);
    }

    @Override
    public void apply(double[] x, int width, double[] y) {
        scale(before, x, width);
        if (plan.mode() == Mode.CLOSED) {
            System.arraycopy(x, 0, y, 0, graph.vertices() * width);
        } else {
            Arrays.fill(y, 0, graph.vertices() * width, 0);
        }
        for (int v = 0; v < graph.vertices(); v++) {
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                int from = width * (backward ? v : graph.source(e));
                int to = width * (backward ? graph.source(e) : v);
                for (int j = 0; j < width; j++) {
                    y[to + j] += graph.weight(e) * x[from + j];
                }
            }
        }
        scale(after, y, width);
    }

    private static void scale(float @Nullable [] factors, float[] rows, int width) {
        if (factors != null) {
            for (int v = 0; v < factors.length; v++) {
                float factor = factors[v];
                for (int i = v * width; i < (v + 1) * width; i++) {
                    rows[i] *= factor;
                }
            }
        }
    }

    private static void scale(float @Nullable [] factors, double[] rows, int width) {
        if (factors != null) {
            for (int v = 0; v < factors.length; v++) {
                for (int i = v * width; i < (v + 1) * width; i++) {
                    rows[i] *= factors[v];
                }
            }
        }
    }
}
