package io.anabranch.serve.recompute;

import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Tensor;
import io.anabranch.serve.Problem;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass as the model's definition says it, for single vertices: in double precision, from the snapshots of model and graph
 * alone, with plain loops over the in-neighbourhood. It shares no code with what it checks.
 *
 * <p>Values are remembered, one row per vertex and layer that was visited; their number is bounded. Not thread-safe.
 */
public final class Recomputation {
    private final ModelSpec spec;
    private final ForwardGraph graph;
    private final int mostRows;
    private final Map<String, double[]> tensors;
    private final Depth depth;
    /** By level: the states of vertices that were visited. */
    private final List<Map<Integer, Depth.State>> states = new ArrayList<>();

    private final Runnable check;
    private final @Nullable Base base;
    private int visited;

    /** Rows of another graph, and which of them are other rows here. */
    private record Base(Recomputation rows, Reach reach) {}

    /** Which rows are others on a graph that has changed a little. */
    interface Reach {
        boolean reaches(int layer, int v);
    }

    /** @param mostRows how many rows may be remembered */
    public Recomputation(ModelSnapshot model, GraphSnapshot graph, int mostRows) {
        this(model, ForwardGraph.of(graph), mostRows, () -> {});
    }

    /** @param check looked at before every row: throws to give up */
    public Recomputation(ModelSnapshot model, ForwardGraph graph, int mostRows, Runnable check) {
        this(model.getSpec(), widened(model), graph, mostRows, check, null);
    }

    /**
     * What a model starts from must be in the graph: features are, what nodes did is not.
     *
     * @throws io.anabranch.serve.ProblemException {@link Problem.Unmet}: the model reads histories
     */
    public static void requirePossible(ModelSpec spec) {
        if (spec.hasHistory()) {
            throw Problem.unmet(
                    "READS_HISTORIES",
                    "Model %s reads histories, which this server does not keep: it serves what the stream processor computed, and computes nothing of that model itself."
                            .formatted(spec.getName()));
        }
    }

    private Recomputation(
            ModelSpec spec,
            Map<String, double[]> tensors,
            ForwardGraph graph,
            int mostRows,
            Runnable check,
            @Nullable Base base) {
        requirePossible(spec);
        this.spec = spec;
        this.tensors = tensors;
        this.graph = graph;
        this.mostRows = mostRows;
        this.check = check;
        this.base = base;
        this.depth = new Depth(spec, this::tensor);
        for (int l = 0; l <= spec.getLayersCount(); l++) {
            states.add(new HashMap<>());
        }
    }

    /**
     * The same on a graph with the same vertices, under the same numbers. What is not reached by the difference is taken over; its rows are
     * not counted.
     */
    Recomputation onto(ForwardGraph changed, Reach reach) {
        return new Recomputation(spec, tensors, changed, mostRows, check, new Base(this, reach));
    }

    private static Map<String, double[]> widened(ModelSnapshot model) {
        Map<String, double[]> tensors = new HashMap<>();
        for (Tensor tensor : model.getTensorsList()) {
            tensors.put(tensor.getName(), widened(tensor));
        }
        return tensors;
    }

    private static double[] widened(Tensor tensor) {
        FloatBuffer floats = tensor.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        double[] values = new double[floats.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats.get(i);
        }
        return values;
    }

    /** The embedding of a vertex; null: it does not exist. */
    public double @Nullable [] embedding(String id) {
        int v = graph.nodeOf(id);
        return v < 0 ? null : embeddingOf(v).clone();
    }

    /** The embedding of a vertex by its number. Not to be changed. */
    double[] embeddingOf(int v) {
        return depth.embedding(l -> row(l, v));
    }

    Depth depth() {
        return depth;
    }

    ModelSpec spec() {
        return spec;
    }

    ForwardGraph graph() {
        return graph;
    }

    /** Looks whether the outcome is still wanted: throws to give up. */
    void check() {
        check.run();
    }

    /** The visible row of a level; of a plain model, 0 is the encoded features. Not to be changed. */
    double[] row(int l, int v) {
        return state(l, v).visible();
    }

    Depth.State state(int l, int v) {
        Depth.State known = states.get(l).get(v);
        if (known != null) {
            return known;
        }
        if (base != null && !base.reach.reaches(l, v)) {
            return base.rows.state(l, v);
        }
        if (++visited > mostRows) {
            throw new Problem.Unmet(
                            "NEIGHBOURHOOD_TOO_LARGE",
                            "More than %d rows would have to be recomputed. Maybe ask for fewer vertices at once, or raise max_rows."
                                    .formatted(mostRows))
                    .exception();
        }
        check.run();
        Depth.State state = l == 0 ? depth.first(encoded(v)) : depth.next(l, output(l, v), state(l - 1, v));
        states.get(l).put(v, state);
        return state;
    }

    double[] encoded(int v) {
        float[] features = new float[spec.getFeatureDimension()];
        graph.features(v, features);
        double sum = 0;
        for (float x : features) {
            sum += Math.abs(x);
        }
        double[] out = new double[features.length];
        for (int i = 0; i < out.length; i++) {
            if (spec.getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED) {
                out[i] = sum == 0 ? 0 : features[i] / sum;
            } else if (spec.getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
                out[i] = (features[i] - tensor("features.mean")[i]) * tensor("features.scale")[i];
            } else {
                out[i] = features[i];
            }
        }
        return out;
    }

    /** y: what a layer makes of the rows below. */
    private double[] output(int l, int v) {
        return Depth.activated(spec.getLayers(l - 1).getActivation(), unactivated(l, v));
    }

    /** y before its activation. */
    double[] unactivated(int l, int v) {
        Layer layer = spec.getLayers(l - 1);
        String name = "layer." + l;
        double[] result = tensor(name + ".bias").clone();
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> addProduct(result, convolved(l, v), tensor(name + ".neighbor"));
            case CONVOLUTION_SAGE_MEAN,
                    CONVOLUTION_SAGE_SUM,
                    CONVOLUTION_SAGE_MAX,
                    CONVOLUTION_SAGE_MIN,
                    CONVOLUTION_SAGE_POOL -> {
                addProduct(result, row(l - 1, v), tensor(name + ".self"));
                for (String relation : relations(layer)) {
                    addProduct(result, aggregate(layer, l, v, relation), neighborWeights(l, relation));
                }
            }
            case CONVOLUTION_GIN -> {
                double[] inner = Depth.activated(Activation.ACTIVATION_RELU, inner(l, v));
                result = tensor(name + ".outer_bias").clone();
                addProduct(result, inner, tensor(name + ".outer"));
            }
            case CONVOLUTION_GAT -> add(result, attended(layer, l, v).result(), 1);
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("The model (%s) has a layer of unknown kind (%s)."
                        .formatted(spec.getName(), layer.getConvolution()));
        }
        return result;
    }

    /** Of GIN: what its first map gives, before the ReLU. */
    double[] inner(int l, int v) {
        double[] inner = tensor("layer." + l + ".bias").clone();
        double[] sum = aggregate(spec.getLayers(l - 1), l, v, "");
        add(sum, row(l - 1, v), 1 + tensor("layer." + l + ".epsilon")[0]);
        addProduct(inner, sum, tensor("layer." + l + ".neighbor"));
        return inner;
    }

    /** What a vertex sends to those that aggregate it: its row below, or what SAGE-pool makes of that. */
    double[] message(Layer layer, int l, int u) {
        return layer.getConvolution() == Convolution.CONVOLUTION_SAGE_POOL
                ? Depth.activated(Activation.ACTIVATION_RELU, unrectified(l, u))
                : row(l - 1, u);
    }

    /** Of SAGE-pool: what a vertex sends, before the ReLU. */
    double[] unrectified(int l, int u) {
        double[] pooled = tensor("layer." + l + ".pool_bias").clone();
        addProduct(pooled, row(l - 1, u), tensor("layer." + l + ".pool"));
        return pooled;
    }

    /** Each with weights of its own; the one without a name where the layer lists none. */
    static List<String> relations(Layer layer) {
        return layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList();
    }

    double[] neighborWeights(int l, String relation) {
        return tensor("layer." + l + ".neighbor" + (relation.isEmpty() ? "" : "." + relation));
    }

    /** {@code c_v (c_v h[v] + sum w c_u h[u])} */
    private double[] convolved(int l, int v) {
        double[] own = row(l - 1, v);
        double[] sum = new double[own.length];
        add(sum, own, root(v) * root(v));
        for (int edge = 0; edge < graph.degree(v); edge++) {
            int u = graph.source(v, edge);
            add(sum, row(l - 1, u), graph.weight(v, edge) * root(u) * root(v));
        }
        return sum;
    }

    /** Sum, mean, maximum or minimum, column by column, of {@code w h[u]} over the in-edges of a relation; zeros without any. */
    private double[] aggregate(Layer layer, int l, int v, String relation) {
        boolean pool = layer.getConvolution() == Convolution.CONVOLUTION_SAGE_POOL;
        double[] result = new double[pool ? layer.getInnerWidth() : layer.getInputWidth()];
        int edges = 0;
        for (int edge = 0; edge < graph.degree(v); edge++) {
            if (!belongs(graph.type(v, edge), relation, layer.getRelationsList())) {
                continue;
            }
            double[] row = message(layer, l, graph.source(v, edge));
            for (int i = 0; i < result.length; i++) {
                double message = graph.weight(v, edge) * row[i];
                result[i] = switch (layer.getConvolution()) {
                    case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_POOL ->
                        edges == 0 ? message : Math.max(result[i], message);
                    case CONVOLUTION_SAGE_MIN -> edges == 0 ? message : Math.min(result[i], message);
                    default -> result[i] + message;
                };
            }
            edges++;
        }
        for (int i = 0; i < result.length && layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN; i++) {
            result[i] /= Math.max(1, edges);
        }
        return result;
    }

    /** Without relations every edge belongs; the relation without a name has the edges whose type has none of its own. */
    static boolean belongs(String type, String relation, List<String> relations) {
        if (relations.isEmpty()) {
            return true;
        }
        return relation.isEmpty() ? type.isEmpty() || !relations.contains(type) : type.equals(relation);
    }

    /** With the vertex itself and its in-edges of weight above 0, in their order. */
    AttentionRecomputation attended(Layer layer, int l, int v) {
        var attention = new AttentionRecomputation(
                layer,
                tensor("layer." + l + ".neighbor"),
                tensor("layer." + l + ".attention_source"),
                tensor("layer." + l + ".attention_target"),
                row(l - 1, v));
        for (int edge = 0; edge < graph.degree(v); edge++) {
            if (graph.weight(v, edge) > 0) {
                attention.add(row(l - 1, graph.source(v, edge)), graph.weight(v, edge));
            }
        }
        return attention;
    }

    /** Shapes: out [n], row [m], matrix [m, n] row-major. */
    static void addProduct(double[] out, double[] row, double[] matrix) {
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += row[i] * matrix[i * out.length + j];
            }
        }
    }

    /** {@code c_v} */
    double root(int v) {
        return 1 / Math.sqrt(1.0 + graph.degree(v));
    }

    private static void add(double[] sum, double[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    /** Null: the model has none of this name. */
    double @Nullable [] tensorOrNull(String name) {
        return tensors.get(name);
    }

    double[] tensor(String name) {
        double[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalStateException("The model (%s) has no tensor %s.".formatted(spec.getName(), name));
        }
        return values;
    }
}
