package io.anabranch.learn.gnn;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.model.v1.Convolution;
import java.util.EnumMap;
import java.util.Map;

/**
 * Who sends to whom: the in-edges of n vertices as compressed rows (row = target, column = source) with their weights.
 * Parallel edges are entries of their own. The matrices that convolutions multiply with are made once and kept.
 *
 * <p>Bytes: 8 per edge, and 8 more per edge for each convolution in use (twice that once it was differentiated). Not
 * thread-safe: the matrices are made on first use.
 */
public final class MessageGraph {

    private final SparsePattern inEdges;
    private final float[] weights;
    private final Map<Convolution, SparseMatrix> operators = new EnumMap<>(Convolution.class);

    /** Keeps both; {@code weights[e]} belongs to entry e of the square pattern. */
    public MessageGraph(SparsePattern inEdges, float[] weights) {
        if (inEdges.rows() != inEdges.columns()) {
            throw new IllegalArgumentException("The in-edges (%s) must be square.".formatted(inEdges));
        }
        if (weights.length != inEdges.entries()) {
            throw new IllegalArgumentException(
                    "The number of weights (%d) does not fit the in-edges (%s).".formatted(weights.length, inEdges));
        }
        this.inEdges = inEdges;
        this.weights = weights;
    }

    /** The graph of a snapshot; shares its arrays. */
    public static MessageGraph of(GraphSnapshot snapshot) {
        int n = snapshot.nodeCount();
        return new MessageGraph(
                new SparsePattern(n, n, snapshot.in().offsets(), snapshot.in().neighbours()),
                snapshot.in().weights());
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
        return new MessageGraph(new SparsePattern(vertices, vertices, starts, columns), ordered);
    }

    /** The same vertices, nobody sends: what a network without a graph sees. */
    public MessageGraph withoutEdges() {
        return ofEdges(vertices(), new int[0], new int[0], new float[0]);
    }

    public int vertices() {
        return inEdges.rows();
    }

    public int edges() {
        return inEdges.entries();
    }

    public int inDegree(int vertex) {
        return inEdges.start(vertex + 1) - inEdges.start(vertex);
    }

    /** The first in-edge of a vertex; its in-edges end where those of the next begin. */
    public int firstEdge(int vertex) {
        return inEdges.start(vertex);
    }

    public int source(int edge) {
        return inEdges.column(edge);
    }

    public float weight(int edge) {
        return weights[edge];
    }

    /**
     * The matrix [n, n] that turns the vertices' messages into what each receives. GCN: {@code c_v w c_u} for an edge
     * u → v and {@code c_v²} for the vertex itself, c = (1 + in-degree)^-1/2. SAGE: {@code w}, for the mean divided by
     * the in-degree; the vertex itself is no part of it.
     */
    public SparseMatrix operator(Convolution convolution) {
        return operators.computeIfAbsent(convolution, this::build);
    }

    private SparseMatrix build(Convolution convolution) {
        return switch (convolution) {
            case CONVOLUTION_GCN -> symmetric();
            case CONVOLUTION_SAGE_MEAN -> mean();
            case CONVOLUTION_SAGE_SUM -> new SparseMatrix(inEdges, weights);
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("The convolution (%s) is unknown.".formatted(convolution));
        };
    }

    private SparseMatrix mean() {
        float[] values = new float[weights.length];
        for (int v = 0; v < vertices(); v++) {
            for (int e = firstEdge(v); e < firstEdge(v + 1); e++) {
                values[e] = weights[e] / inDegree(v);
            }
        }
        return new SparseMatrix(inEdges, values);
    }

    private SparseMatrix symmetric() {
        int n = vertices();
        int[] starts = new int[n + 1];
        int[] columns = new int[edges() + n];
        float[] values = new float[edges() + n];
        int entry = 0;
        for (int v = 0; v < n; v++) {
            double own = normaliser(v);
            for (int e = firstEdge(v); e < firstEdge(v + 1); e++) {
                columns[entry] = source(e);
                values[entry++] = (float) (own * weights[e] * normaliser(source(e)));
            }
            columns[entry] = v;
            values[entry++] = (float) (own * own);
            starts[v + 1] = entry;
        }
        return new SparseMatrix(n, n, starts, columns, values);
    }

    private double normaliser(int vertex) {
        return 1 / Math.sqrt(1.0 + inDegree(vertex));
    }
}
