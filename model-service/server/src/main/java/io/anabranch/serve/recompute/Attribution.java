package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.Readout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a sum of columns of embeddings, such as a logit, is made of: a reverse pass over the rows of a {@link Recomputation}.
 *
 * <p>Held fixed is what the model decides by its values: which ReLUs are open and what other activations leave of their input, gates of
 * cells, shares of attention, which message is the maximum or minimum of a column (the first, where several are), and what a sum is divided
 * by. The rest is linear, so the value is, to rounding,
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
     * @param own by the vertices' own rows below, and by what a readout takes from further down
     * @param constants biases of this hop's layer and those above it
     */
    public record HopSum(int hop, long messages, double edges, double own, double constants) {
        public double total() {
            return edges + own + constants;
        }
    }

    private final Recomputation pass;
    private final ForwardGraph graph;
    private final DepthSlopes depth;
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
        this.depth = new DepthSlopes(pass.spec(), pass.depth(), pass::tensor);
        this.constants = constant;
        int layers = pass.spec().getLayersCount();
        boolean allHops = pass.spec().getReadout() == Readout.READOUT_ALL_HOPS;
        List<LevelSlopes> levels = new ArrayList<>();
        for (int l = 0; l <= layers; l++) {
            levels.add(new LevelSlopes());
        }
        double sum = constant;
        // In the order of vertices, so that sums are the same each time.
        for (Map.Entry<Integer, double[]> slope : new TreeMap<>(slopes).entrySet()) {
            int v = slope.getKey();
            sum += DepthSlopes.dot(slope.getValue(), pass.embeddingOf(v));
            if (allHops) {
                constants += DepthSlopes.dot(slope.getValue(), pass.tensor("readout.bias"));
                for (int l = 0; l <= layers; l++) {
                    double[] of = levels.get(l).visible(v, pass.row(l, v).length);
                    DepthSlopes.addPulledBack(of, slope.getValue(), pass.tensor("readout." + l));
                }
            } else {
                double[] of = levels.get(layers).visible(v, slope.getValue().length);
                System.arraycopy(slope.getValue(), 0, of, 0, of.length);
            }
        }
        value = sum;
        double[] readOut = new double[layers + 1];
        for (int l = 0; l < layers; l++) {
            readOut[l + 1] = readOut[l] + levels.get(l).value(pass, l);
        }
        for (int l = layers; l >= 1; l--) {
            new Step(l, layers - l + 1, levels.get(l - 1)).back(levels.get(l), readOut[l]);
        }
        levels.getFirst().forEach((v, visible, hidden) -> features(v, visible, hidden));
    }

    private void features(int v, double[] visible, double[] hidden) {
        double[] encoded = pass.encoded(v);
        double[] slope = visible;
        if (pass.spec().getStagesCount() > 0) {
            DepthSlopes.Slopes entered = depth.begun(1, encoded, visible, hidden);
            slope = entered.visible();
            constants += entered.constant();
        }
        double[] products = new double[encoded.length];
        for (int i = 0; i < products.length; i++) {
            products[i] = slope[i] * encoded[i];
        }
        features.put(v, products);
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

    /** One layer back, from the slopes of a level to those of the level below. */
    private final class Step {

        private final int l;
        private final int hop;
        private final Layer layer;
        private final LevelSlopes below;
        private final Map<Integer, double[]> contributions = new HashMap<>();
        private long messages;
        private double incoming;
        private double own;

        Step(int l, int hop, LevelSlopes below) {
            this.l = l;
            this.hop = hop;
            this.layer = pass.spec().getLayers(l - 1);
            this.below = below;
        }

        /** @param readOut what a readout takes from the levels below */
        void back(LevelSlopes above, double readOut) {
            edges.add(contributions);
            own = readOut;
            above.forEach((v, visible, hidden) -> {
                pass.check();
                Depth.State before = pass.state(l - 1, v);
                double[] sums = pass.unactivated(l, v);
                DepthSlopes.Slopes slopes =
                        depth.next(l, Depth.activated(layer.getActivation(), sums), before, visible, hidden);
                constants += slopes.constant();
                if (pass.spec().getStagesCount() > 0) {
                    own += below.add(v, before, slopes.visible(), slopes.hidden());
                }
                output(v, DepthSlopes.through(layer.getActivation(), sums, slopes.output()));
            });
            hops.add(new HopSum(hop, messages, incoming, own, constants));
        }

        /** Through the convolution. */
        private void output(int v, double[] open) {
            String name = "layer." + l;
            switch (layer.getConvolution()) {
                case CONVOLUTION_GCN -> {
                    constants += DepthSlopes.dot(open, pass.tensor(name + ".bias"));
                    convolved(v, open);
                }
                case CONVOLUTION_SAGE_MEAN,
                        CONVOLUTION_SAGE_SUM,
                        CONVOLUTION_SAGE_MAX,
                        CONVOLUTION_SAGE_MIN,
                        CONVOLUTION_SAGE_POOL -> {
                    constants += DepthSlopes.dot(open, pass.tensor(name + ".bias"));
                    ownPart(v, pulledBack(open, pass.tensor(name + ".self")), 1);
                    for (String relation : Recomputation.relations(layer)) {
                        aggregated(v, relation, pulledBack(open, pass.neighborWeights(l, relation)));
                    }
                }
                case CONVOLUTION_GIN -> {
                    constants += DepthSlopes.dot(open, pass.tensor(name + ".outer_bias"));
                    double[] inner = DepthSlopes.through(
                            Activation.ACTIVATION_RELU,
                            pass.inner(l, v),
                            pulledBack(open, pass.tensor(name + ".outer")));
                    constants += DepthSlopes.dot(inner, pass.tensor(name + ".bias"));
                    double[] slope = pulledBack(inner, pass.tensor(name + ".neighbor"));
                    ownPart(v, slope, 1 + pass.tensor(name + ".epsilon")[0]);
                    aggregatedRows(v, "", slope);
                }
                case CONVOLUTION_GAT -> {
                    constants += DepthSlopes.dot(open, pass.tensor(name + ".bias"));
                    attended(v, open);
                }
                case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalStateException("A layer of unknown kind (%s).".formatted(layer.getConvolution()));
            }
        }

        private void convolved(int v, double[] open) {
            double[] slope = pulledBack(open, pass.neighborWeights(l, ""));
            ownPart(v, slope, pass.root(v) * pass.root(v));
            for (int edge = 0; edge < graph.degree(v); edge++) {
                int u = graph.source(v, edge);
                message(v, edge, slope, graph.weight(v, edge) * pass.root(u) * pass.root(v));
            }
        }

        /** Back from the aggregate of a relation; its slope is that of what is sent. */
        private void aggregated(int v, String relation, double[] slope) {
            switch (layer.getConvolution()) {
                case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_POOL -> won(v, members(v, relation), slope, 1);
                case CONVOLUTION_SAGE_MIN -> won(v, members(v, relation), slope, -1);
                default -> aggregatedRows(v, relation, slope);
            }
        }

        private void aggregatedRows(int v, String relation, double[] slope) {
            List<Integer> members = members(v, relation);
            double divisor = layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN ? members.size() : 1;
            members.forEach(edge -> message(v, edge, slope, graph.weight(v, edge) / divisor));
        }

        private List<Integer> members(int v, String relation) {
            List<Integer> members = new ArrayList<>();
            for (int edge = 0; edge < graph.degree(v); edge++) {
                if (Recomputation.belongs(graph.type(v, edge), relation, layer.getRelationsList())) {
                    members.add(edge);
                }
            }
            return members;
        }

        /** Each column is its winner's alone; the sign turns a minimum into a maximum. */
        private void won(int v, List<Integer> members, double[] slope, int sign) {
            if (members.isEmpty()) {
                return;
            }
            List<double[]> sent = members.stream()
                    .map(edge -> pass.message(layer, l, graph.source(v, edge)))
                    .toList();
            Map<Integer, double[]> won = new TreeMap<>();
            for (int i = 0; i < slope.length; i++) {
                int winner = 0;
                double best = Double.NEGATIVE_INFINITY;
                for (int m = 0; m < sent.size(); m++) {
                    double message = sign * graph.weight(v, members.get(m)) * sent.get(m)[i];
                    if (message > best) {
                        best = message;
                        winner = m;
                    }
                }
                won.computeIfAbsent(members.get(winner), edge -> new double[slope.length])[i] = slope[i];
            }
            won.forEach((edge, of) -> winner(v, edge, of));
            messages += members.size() - won.size();
        }

        /** A message, by the slopes of the columns that it won. */
        private void winner(int v, int edge, double[] slope) {
            if (layer.getConvolution() != Convolution.CONVOLUTION_SAGE_POOL) {
                message(v, edge, slope, graph.weight(v, edge));
                return;
            }
            int u = graph.source(v, edge);
            double[] open = DepthSlopes.through(Activation.ACTIVATION_RELU, pass.unrectified(l, u), slope);
            constants += graph.weight(v, edge) * DepthSlopes.dot(open, pass.tensor("layer." + l + ".pool_bias"));
            message(v, edge, pulledBack(open, pass.tensor("layer." + l + ".pool")), graph.weight(v, edge));
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
            double[] into = below.visible(u, row.length);
            double sum = 0;
            for (int i = 0; i < row.length; i++) {
                into[i] += factor * slope[i];
                sum += factor * slope[i] * row[i];
            }
            return sum;
        }

        private double[] contributions(int v) {
            return contributions.computeIfAbsent(v, target -> new double[graph.degree(target)]);
        }
    }

    /** Shapes: slope [n], matrix [m, n] row-major; [m]. */
    private static double[] pulledBack(double[] slope, double[] matrix) {
        double[] out = new double[matrix.length / slope.length];
        DepthSlopes.addPulledBack(out, slope, matrix);
        return out;
    }
}
