package io.anabranch.standalone.chaos;

import static java.util.Objects.requireNonNull;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The forward pass as the comments of model.proto define it, in double precision, with maps and plain loops: from the snapshot
 * on the models topic and a folded graph to the embedding of every vertex. Shares no code with the engine, the frozen kernels
 * or the trainer.
 */
final class DoubleForward {

    private final ModelSnapshot model;
    private final FoldedGraph graph;
    private final Map<String, double[]> tensors = new HashMap<>();
    private final Map<String, List<EdgeName>> inEdges;

    DoubleForward(ModelSnapshot model, FoldedGraph graph) {
        this.model = model;
        this.graph = graph;
        this.inEdges = graph.inEdges();
        for (Tensor tensor : model.getTensorsList()) {
            FloatBuffer floats = tensor.getData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            double[] values = new double[floats.remaining()];
            for (int i = 0; i < values.length; i++) {
                values[i] = floats.get(i);
            }
            tensors.put(tensor.getName(), values);
        }
    }

    /** Embeddings by vertex. */
    Map<String, double[]> embeddings() {
        Map<String, double[]> rows = new TreeMap<>();
        for (String v : graph.vertices()) {
            rows.put(v, input(v));
        }
        for (int l = 1; l <= model.getSpec().getLayersCount(); l++) {
            Map<String, double[]> next = new TreeMap<>();
            for (String v : rows.keySet()) {
                next.put(v, layer(l, v, rows));
            }
            rows = next;
        }
        return rows;
    }

    private double[] input(String v) {
        double[] features = encoded(graph.row(v, model.getSpec().getFeatureDimension()));
        if (!model.getSpec().hasHistory()) {
            return features;
        }
        double[] shown = new DoubleHistory(model.getSpec().getHistory(), tensors)
                .shown(v, graph.histories().getOrDefault(v, List.of()));
        double[] input = Arrays.copyOf(features, features.length + shown.length);
        System.arraycopy(shown, 0, input, features.length, shown.length);
        return input;
    }

    private double[] encoded(double[] row) {
        FeatureEncoding encoding = model.getSpec().getFeatureEncoding();
        double norm = 0;
        for (double x : row) {
            norm += Math.abs(x);
        }
        double[] out = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            out[i] = switch (encoding) {
                case FEATURE_ENCODING_UNSPECIFIED, FEATURE_ENCODING_IDENTITY -> row[i];
                case FEATURE_ENCODING_ROW_NORMALIZED -> norm == 0 ? 0 : row[i] / norm;
                case FEATURE_ENCODING_STANDARDIZED ->
                    (row[i] - tensor("features.mean")[i]) * tensor("features.scale")[i];
                case UNRECOGNIZED -> throw unknown(encoding);
            };
        }
        return out;
    }

    private double[] layer(int l, String v, Map<String, double[]> rows) {
        Layer layer = model.getSpec().getLayers(l - 1);
        double[] own = requireNonNull(rows.get(v));
        double[] out = tensor("layer." + l + ".bias").clone();
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> {
                // c_v (sum w c_u h[u] + c_v h[v])
                double[] sum = scaled(own, root(v));
                for (EdgeName edge : in(v)) {
                    add(sum, graph.weight(edge) * root(edge.source()), requireNonNull(rows.get(edge.source())));
                }
                addProduct(out, scaled(sum, root(v)), tensor("layer." + l + ".neighbor"));
            }
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                addProduct(out, own, tensor("layer." + l + ".self"));
                for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
                    double[] aggregate = aggregate(layer, relation, v, rows);
                    String name = "layer." + l + ".neighbor" + (relation.isEmpty() ? "" : "." + relation);
                    addProduct(out, aggregate, tensor(name));
                }
            }
            case CONVOLUTION_GAT -> add(out, 1, new DoubleAttention(layer, l, tensors).attend(v, in(v), graph, rows));
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED -> throw unknown(layer.getConvolution());
        }
        for (int j = 0; j < out.length && layer.getActivation() == Activation.ACTIVATION_RELU; j++) {
            out[j] = Math.max(out[j], 0);
        }
        return out;
    }

    /** Sum, mean, maximum or minimum, column by column, of the weighted rows that come in over the relation's edges. */
    private double[] aggregate(Layer layer, String relation, String v, Map<String, double[]> rows) {
        double[] result = new double[layer.getInputWidth()];
        int edges = 0;
        for (EdgeName edge : in(v)) {
            if (!belongs(edge, relation, layer.getRelationsList())) {
                continue;
            }
            double[] message = scaled(requireNonNull(rows.get(edge.source())), graph.weight(edge));
            for (int i = 0; i < result.length; i++) {
                result[i] = switch (layer.getConvolution()) {
                    case CONVOLUTION_SAGE_MAX -> edges == 0 ? message[i] : Math.max(result[i], message[i]);
                    case CONVOLUTION_SAGE_MIN -> edges == 0 ? message[i] : Math.min(result[i], message[i]);
                    default -> result[i] + message[i];
                };
            }
            edges++;
        }
        boolean mean = layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN;
        return mean && edges > 0 ? scaled(result, 1.0 / edges) : result;
    }

    /** Without relations every edge belongs; the relation without a name has the edges whose type has none of its own. */
    private static boolean belongs(EdgeName edge, String relation, List<String> relations) {
        return relations.isEmpty()
                || (relation.isEmpty()
                        ? !relations.contains(edge.type()) || edge.type().isEmpty()
                        : edge.type().equals(relation));
    }

    private static IllegalArgumentException unknown(Enum<?> kind) {
        return new IllegalArgumentException("The kind (%s) is not known to this forward pass.".formatted(kind));
    }

    private List<EdgeName> in(String v) {
        return inEdges.getOrDefault(v, List.of());
    }

    /** (1 + in-degree)^-1/2 */
    private double root(String v) {
        return 1 / Math.sqrt(1.0 + in(v).size());
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name), name);
    }

    private static double[] scaled(double[] row, double factor) {
        double[] out = new double[row.length];
        add(out, factor, row);
        return out;
    }

    private static void add(double[] sum, double factor, double[] row) {
        for (int i = 0; i < row.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    /** Shapes: out [n], row [m], matrix [m, n] row-major. */
    static void addProduct(double[] out, double[] row, double[] matrix) {
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += row[i] * matrix[i * out.length + j];
            }
        }
    }
}
