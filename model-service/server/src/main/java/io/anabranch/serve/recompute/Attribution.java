package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a sum of columns of embeddings, such as a logit, is made of: a reverse pass over the rows of a {@link Recomputation}.
 *
 * <p>Held fixed is what the model decides by its values: which ReLUs are open, shares of attention, which message is the maximum or minimum
 * of a column (the first, where several are), and what a sum is divided by. The rest is linear, so the value is, to rounding,
 * <ul>
 *   <li>for every hop: the sum of its messages, what vertices bring of themselves, and the biases from there on ({@link HopSum}); hop 1 is the
 *       last layer;
 *   <li>the sum over all vertices of their encoded features times their slopes, and all biases.
 * </ul>
 *
 * <p>A contribution says what came through, not what would happen without: an edge that is taken away moves gates, shares, divisors and
 * winners ({@link EdgeRemoval} says what then happens). But while no gate moves, messages of an edge that shrink by a small share e at
 * all hops, shares and divisors untouched, lower the value by e times the sum of the edge's contributions.
 */
public final class Attribution {

    /**
     * The value as what comes in over the edges of one hop, what the vertices there bring of themselves, and constants.
     *
     * @param hop from 1, the edges into the vertex itself, to the number of layers
     * @param messages edges that have part in it, each once for the hop
     * @param edges sum of their contributions
     * @param own by the vertices' own rows
     * @param constants biases of this hop's layer and those above it
     */
    public record HopSum(int hop, long messages, double edges, double own, double constants) {
        public double total() {
            return edges + own + constants;
        }
    }

    private final Recomputation pass;
    private final ForwardGraph graph;
    private final List<HopSum> hops = new ArrayList<>();
    /** By hop - 1, by target: contributions in the order of its in-edges. */
    private final List<Map<Integer, double[]>> edges = new ArrayList<>();

    private final Map<Integer, double[]> features = new HashMap<>();
    private final double value;
    private double constants;

    /**
     * Goes back from the last layer.
     *
     * @param slopes by vertex: of the value by its embedding; each [width of the embedding]
     * @param constant what the value has besides
     */
    public Attribution(Recomputation pass, Map<Integer, double[]> slopes, double constant) {
        this.pass = pass;
        this.graph = pass.graph();
        this.constants = constant;
        int layers = pass.spec().getLayersCount();
        double sum = constant;
        // In the order of vertices, so that sums are the same each time.
        TreeMap<Integer, double[]> above = new TreeMap<>();
        for (Map.Entry<Integer, double[]> slope : slopes.entrySet()) {
            sum += dot(slope.getValue(), pass.row(layers, slope.getKey()));
            above.put(slope.getKey(), slope.getValue());
        }
        value = sum;
        for (int l = layers; l >= 1; l--) {
            above = new Step(l, layers - l + 1).back(above);
        }
        above.forEach((v, slope) -> {
            double[] row = pass.row(0, v);
            double[] products = new double[row.length];
            for (int i = 0; i < row.length; i++) {
                products[i] = slope[i] * row[i];
            }
            features.put(v, products);
        });
    }

    public double value() {
        return value;
    }

    /** From hop 1 on. */
    public List<HopSum> hops() {
        return List.copyOf(hops);
    }

    /** All biases, the head's included. */
    public double constants() {
        return constants;
    }

    /** What an in-edge contributes at a hop; 0 where it has no part. */
    public double edge(int hop, int target, int edge) {
        double[] of = edges.get(hop - 1).get(target);
        return of == null ? 0 : of[edge];
    }

    /** What each encoded feature of a vertex contributes; null: the vertex has no part. */
    public double @Nullable [] features(int v) {
        double[] of = features.get(v);
        return of == null ? null : of.clone();
    }

    /** One layer back, from the slopes of its rows to those of the rows below. */
    private final class Step {

        private final int l;
        private final int hop;
        private final Layer layer;
        private final TreeMap<Integer, double[]> below = new TreeMap<>();
        private final Map<Integer, double[]> contributions = new HashMap<>();
        private long messages;
        private double incoming;
        private double own;

        Step(int l, int hop) {
            this.l = l;
            this.hop = hop;
            this.layer = pass.spec().getLayers(l - 1);
        }

        TreeMap<Integer, double[]> back(TreeMap<Integer, double[]> above) {
            edges.add(contributions);
            above.forEach((v, slope) -> {
                pass.check();
                double[] open = opened(v, slope);
                constants += dot(open, pass.tensor("layer." + l + ".bias"));
                switch (layer.getConvolution()) {
                    case CONVOLUTION_GCN -> convolved(v, open);
                    case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                        ownPart(v, pulledBack(open, pass.tensor("layer." + l + ".self")), 1);
                        for (String relation : Recomputation.relations(layer)) {
                            aggregated(v, relation, pulledBack(open, pass.neighborWeights(l, relation)));
                        }
                    }
                    case CONVOLUTION_GAT -> attended(v, open);
                    case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                        throw new IllegalStateException(
                                "A layer of unknown kind (%s).".formatted(layer.getConvolution()));
                }
            });
            hops.add(new HopSum(hop, messages, incoming, own, constants));
            return below;
        }

        /** Through the ReLU. */
        private double[] opened(int v, double[] slope) {
            if (layer.getActivation() != Activation.ACTIVATION_RELU) {
                return slope;
            }
            double[] row = pass.row(l, v);
            double[] open = new double[slope.length];
            for (int j = 0; j < open.length; j++) {
                open[j] = row[j] > 0 ? slope[j] : 0;
            }
            return open;
        }

        private void convolved(int v, double[] open) {
            double[] slope = pulledBack(open, pass.neighborWeights(l, ""));
            ownPart(v, slope, pass.root(v) * pass.root(v));
            for (int edge = 0; edge < graph.degree(v); edge++) {
                int u = graph.source(v, edge);
                message(v, edge, slope, graph.weight(v, edge) * pass.root(u) * pass.root(v));
            }
        }

        private void aggregated(int v, String relation, double[] slope) {
            List<Integer> members = new ArrayList<>();
            for (int edge = 0; edge < graph.degree(v); edge++) {
                if (Recomputation.belongs(graph.type(v, edge), relation, layer.getRelationsList())) {
                    members.add(edge);
                }
            }
            switch (layer.getConvolution()) {
                case CONVOLUTION_SAGE_MAX -> won(v, members, slope, 1);
                case CONVOLUTION_SAGE_MIN -> won(v, members, slope, -1);
                default -> {
                    double divisor = layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN ? members.size() : 1;
                    members.forEach(edge -> message(v, edge, slope, graph.weight(v, edge) / divisor));
                }
            }
        }

        /** Each column is its winner's alone; the sign turns a minimum into a maximum. */
        private void won(int v, List<Integer> members, double[] slope, int sign) {
            if (members.isEmpty()) {
                return;
            }
            double[] byEdge = contributions(v);
            for (int i = 0; i < slope.length; i++) {
                int winner = members.getFirst();
                double best = Double.NEGATIVE_INFINITY;
                for (int edge : members) {
                    double message = sign * graph.weight(v, edge) * pass.row(l - 1, graph.source(v, edge))[i];
                    if (message > best) {
                        best = message;
                        winner = edge;
                    }
                }
                double into = graph.weight(v, winner) * slope[i];
                int u = graph.source(v, winner);
                slopeOf(u)[i] += into;
                double contribution = into * pass.row(l - 1, u)[i];
                byEdge[winner] += contribution;
                incoming += contribution;
            }
            messages += members.size();
        }

        private void attended(int v, double[] open) {
            AttentionRecomputation attention = pass.attended(layer, l, v);
            double[][] byHead = attention.pulledBack(open);
            ownPart(v, shared(attention, byHead, 0), 1);
            int term = 1;
            for (int edge = 0; edge < graph.degree(v); edge++) {
                if (graph.weight(v, edge) > 0) {
                    message(v, edge, shared(attention, byHead, term++), 1);
                }
            }
        }

        private static double[] shared(AttentionRecomputation attention, double[][] byHead, int term) {
            double[] slope = new double[byHead[0].length];
            for (int k = 0; k < byHead.length; k++) {
                double share = attention.share(k, term);
                for (int i = 0; i < slope.length; i++) {
                    slope[i] += share * byHead[k][i];
                }
            }
            return slope;
        }

        private void ownPart(int v, double[] slope, double factor) {
            own += through(v, slope, factor);
        }

        private void message(int v, int edge, double[] slope, double factor) {
            double contribution = through(graph.source(v, edge), slope, factor);
            contributions(v)[edge] += contribution;
            incoming += contribution;
            messages++;
        }

        /** Passes a slope on to a row below; what comes from there. */
        private double through(int u, double[] slope, double factor) {
            double[] row = pass.row(l - 1, u);
            double[] into = slopeOf(u);
            double sum = 0;
            for (int i = 0; i < row.length; i++) {
                into[i] += factor * slope[i];
                sum += factor * slope[i] * row[i];
            }
            return sum;
        }

        private double[] slopeOf(int u) {
            return below.computeIfAbsent(u, vertex -> new double[layer.getInputWidth()]);
        }

        private double[] contributions(int v) {
            return contributions.computeIfAbsent(v, target -> new double[graph.degree(target)]);
        }
    }

    /** Shapes: slope [n], matrix [m, n] row-major; [m]. */
    private static double[] pulledBack(double[] slope, double[] matrix) {
        double[] out = new double[matrix.length / slope.length];
        for (int i = 0; i < out.length; i++) {
            for (int j = 0; j < slope.length; j++) {
                out[i] += matrix[i * slope.length + j] * slope[j];
            }
        }
        return out;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
