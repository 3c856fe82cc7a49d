package io.anabranch.learn.gnn;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.hag.choice.GraphPlans;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.hag.pass.DirectPlan;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Convolution;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who sends to whom: the in-edges of n vertices as compressed rows (row = target, column = source) with their weights.
 * Parallel edges are entries of their own. All convolutions sum over one aggregation plan of the in-edges, or over one of the in-edges and the vertex
 * itself.
 *
 * <p>Bytes: 8 per edge (twice that once it was differentiated), and 4 per vertex for each convolution in use. Not
 * thread-safe: the sums are made on first use.
 */
public final class MessageGraph {

    private final int[] starts;
    private final int[] sources;
    private final float[] weights;
    private final KnownHags known;
    private final GraphPlans plans;
    private final Map<Convolution, NeighbourSum> sums = new EnumMap<>(Convolution.class);
    private @Nullable AttentionEdges attentionEdges;

    private MessageGraph(int[] starts, int[] sources, float[] weights, PlanSettings settings, KnownHags known) {
        this.starts = starts;
        this.sources = sources;
        this.weights = weights;
        this.known = known;
        this.plans = GraphPlans.of(DirectPlan.of(starts.length - 1, starts, sources, weights), settings, known);
    }

    /** The graph of a snapshot; shares its arrays. Each vertex sums by itself. */
    public static MessageGraph of(GraphSnapshot snapshot) {
        return of(snapshot, KnownHags.NONE);
    }

    /** The same, of which some computation graphs are known: {@link #planned} needs no search for these. */
    public static MessageGraph of(GraphSnapshot snapshot, KnownHags known) {
        return new MessageGraph(
                snapshot.in().offsets(),
                snapshot.in().neighbours(),
                snapshot.in().weights(),
                PlanSettings.DIRECT,
                known);
    }

    /** A graph of n vertices of which edge i goes from {@code sources[i]} to {@code targets[i]}. */
    public static MessageGraph ofEdges(int vertices, int[] sources, int[] targets, float[] weights) {
        int[] starts = new int[vertices + 1];
        for (int target : targets) {
            starts[target + 1]++;
        }
        for (int v = 0; v < vertices; v++) {
            starts[v + 1] += starts[v];
        }
        int[] next = starts.clone();
        int[] columns = new int[sources.length];
        float[] ordered = new float[sources.length];
        for (int i = 0; i < sources.length; i++) {
            int entry = next[targets[i]]++;
            columns[entry] = sources[i];
            ordered[entry] = weights[i];
        }
        return new MessageGraph(starts, columns, ordered, PlanSettings.DIRECT, KnownHags.NONE);
    }

    /** The same graph, summed over by plans that are chosen so; shares its arrays. */
    public MessageGraph planned(PlanSettings settings) {
        return new MessageGraph(starts, sources, weights, settings, known);
    }

    /** Which plans were made, and why. */
    public List<String> planReport() {
        return plans.report();
    }

    /** The same vertices, nobody sends: what a network without a graph sees. */
    public MessageGraph withoutEdges() {
        return ofEdges(vertices(), new int[0], new int[0], new float[0]);
    }

    public int vertices() {
        return starts.length - 1;
    }

    public int edges() {
        return sources.length;
    }

    public int inDegree(int vertex) {
        return starts[vertex + 1] - starts[vertex];
    }

    /** The first in-edge of a vertex; its in-edges end where those of the next begin. */
    public int firstEdge(int vertex) {
        return starts[vertex];
    }

    public int source(int edge) {
        return sources[edge];
    }

    public float weight(int edge) {
        return weights[edge];
    }

    /** By edge; shared. */
    float[] weights() {
        return weights;
    }

    /** How the sums over all in-edges are computed, or over these and the vertex itself. */
    AggregationPlan plan(HagOptions.Mode mode) {
        return plans.plan(mode);
    }

    /**
     * For {@link TrainableLayers#CONVOLUTIONS}: the map [n, n] that turns the vertices' messages into what each receives. GCN: {@code c_v w c_u} for an edge
     * u → v and {@code c_v²} for the vertex itself, c = (1 + in-degree)^-1/2. SAGE: {@code w}, for the mean divided by
     * the in-degree; the vertex itself is no part of it.
     */
    NeighbourSum sum(Convolution convolution) {
        return sums.computeIfAbsent(convolution, this::build);
    }

    /** For max and min of {@link TrainableLayers#CONVOLUTIONS}: what turns the vertices' rows into the extremum that each receives. */
    NeighbourMaximum maximum(Convolution convolution) {
        return switch (convolution) {
            case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_POOL -> new NeighbourMaximum(this, 1);
            case CONVOLUTION_SAGE_MIN -> new NeighbourMaximum(this, -1);
            case CONVOLUTION_GCN,
                    CONVOLUTION_SAGE_MEAN,
                    CONVOLUTION_SAGE_SUM,
                    CONVOLUTION_GAT,
                    CONVOLUTION_GIN,
                    CONVOLUTION_UNSPECIFIED,
                    UNRECOGNIZED ->
                throw new IllegalArgumentException("The convolution (%s) is no extremum.".formatted(convolution));
        };
    }

    /** For {@link GatLayer}; made on first use. */
    AttentionEdges attentionEdges() {
        AttentionEdges edges = attentionEdges;
        if (edges == null) {
            edges = AttentionEdges.of(this);
            attentionEdges = edges;
        }
        return edges;
    }

    private NeighbourSum build(Convolution convolution) {
        return switch (convolution) {
            case CONVOLUTION_GCN -> NeighbourSum.symmetric(this, byInDegree(degree -> 1 / Math.sqrt(1.0 + degree)));
            case CONVOLUTION_SAGE_MEAN ->
                NeighbourSum.scaled(this, byInDegree(degree -> degree == 0 ? 0 : 1.0 / degree));
            case CONVOLUTION_SAGE_SUM, CONVOLUTION_GIN -> NeighbourSum.plain(this);
            case CONVOLUTION_SAGE_MAX,
                    CONVOLUTION_SAGE_MIN,
                    CONVOLUTION_SAGE_POOL,
                    CONVOLUTION_GAT,
                    CONVOLUTION_UNSPECIFIED,
                    UNRECOGNIZED ->
                throw new IllegalArgumentException("The convolution (%s) is not a sum.".formatted(convolution));
        };
    }

    private float[] byInDegree(IntToDoubleFunction factor) {
        float[] factors = new float[vertices()];
        for (int v = 0; v < factors.length; v++) {
            factors[v] = (float) factor.applyAsDouble(inDegree(v));
        }
        return factors;
    }
}
