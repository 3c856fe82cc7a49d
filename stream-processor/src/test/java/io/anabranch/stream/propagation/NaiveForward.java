package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The forward pass as the model's definition says it: double precision, maps and plain loops, from the snapshot itself. */
final class NaiveForward {
    private final ModelSnapshot model;
    private final ReferenceGraph graph;
    private final Map<String, double[]> tensors = new HashMap<>();
    private final Map<String, List<EdgeId>> inEdges = new HashMap<>();

    NaiveForward(ModelSnapshot model, ReferenceGraph graph) {
        this.model = model;
        this.graph = graph;
        for (Tensor tensor : model.getTensorsList()) {
            var floats = tensor.getData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            double[] values = new double[floats.remaining()];
            for (int i = 0; i < values.length; i++) {
                values[i] = floats.get(i);
            }
            tensors.put(tensor.getName(), values);
        }
        for (EdgeId edge : graph.sortedEdges()) {
            inEdges.computeIfAbsent(edge.target(), v -> new ArrayList<>()).add(edge);
        }
    }

    /** Embeddings by vertex. */
    Map<String, double[]> embeddings() {
        var spec = model.getSpec();
        var depth = new NaiveDepth(spec, tensors);
        Map<String, NaiveDepth.State> states = new TreeMap<>();
        for (String v : graph.vertices()) {
            states.put(v, depth.start(input(v)));
        }
        Map<String, double[]> embeddings = new TreeMap<>();
        states.forEach((v, state) -> embeddings.put(v, depth.readout(0, state.h(), null)));
        for (int l = 1; l <= spec.getLayersCount(); l++) {
            Map<String, double[]> visible = new TreeMap<>();
            states.forEach((v, state) -> visible.put(v, state.h()));
            for (String v : visible.keySet()) {
                double[] y = layer(l, spec.getLayers(l - 1), v, visible);
                states.put(v, depth.after(l, y, requireNonNull(states.get(v))));
            }
            for (String v : visible.keySet()) {
                double[] h = requireNonNull(states.get(v)).h();
                embeddings.put(v, depth.readout(l, h, embeddings.get(v)));
            }
        }
        return embeddings;
    }

    /** Greatest difference of a row, relative to {@code 1 + max |h|}. */
    static double error(float[] row, double[] expected) {
        double scale = 1;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            scale = Math.max(scale, 1 + Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(row[i] - expected[i]));
        }
        return Double.isNaN(difference) || row.length != expected.length
                ? Double.POSITIVE_INFINITY
                : difference / scale;
    }

    private double[] input(String v) {
        var spec = model.getSpec();
        double[] features = encode(graph.row(v, spec.getFeatureDimension()));
        if (!spec.hasHistory()) {
            return features;
        }
        var steps = graph.histories().getOrDefault(v, List.of());
        double[] shown = new NaiveHistory(spec.getHistory(), tensors).shown(v, steps);
        double[] input = Arrays.copyOf(features, features.length + shown.length);
        System.arraycopy(shown, 0, input, features.length, shown.length);
        return input;
    }

    private double[] encode(float[] row) {
        double[] out = new double[row.length];
        double sum = 0;
        for (float x : row) {
            sum += Math.abs(x);
        }
        for (int i = 0; i < row.length; i++) {
            if (model.getSpec().getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED) {
                out[i] = sum == 0 ? 0 : row[i] / sum;
            } else if (model.getSpec().getFeatureEncoding() == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
                out[i] = (row[i] - tensor("features.mean")[i]) * tensor("features.scale")[i];
            } else {
                out[i] = row[i];
            }
        }
        return out;
    }

    private double[] layer(int l, Layer layer, String v, Map<String, double[]> values) {
        if (layer.getConvolution() == Convolution.CONVOLUTION_GIN) {
            return isomorphism(l, layer, v, values);
        }
        double[] out = tensor("layer." + l + ".bias").clone();
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> addProduct(convolved(v, values), tensor("layer." + l + ".neighbor"), out);
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM, CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> {
                addProduct(requireNonNull(values.get(v)), tensor("layer." + l + ".self"), out);
                for (String relation : layer.getRelationsCount() == 0 ? List.of("") : layer.getRelationsList()) {
                    String suffix = relation.isEmpty() ? "" : "." + relation;
                    double[] aggregate = aggregate(layer, edgesOf(layer, relation, v), values);
                    addProduct(aggregate, tensor("layer." + l + ".neighbor" + suffix), out);
                }
            }
            case CONVOLUTION_GAT -> attend(l, layer, v, values, out);
            case CONVOLUTION_SAGE_POOL -> {
                addProduct(requireNonNull(values.get(v)), tensor("layer." + l + ".self"), out);
                addProduct(pooled(l, layer, v, values), tensor("layer." + l + ".neighbor"), out);
            }
            case CONVOLUTION_GIN, CONVOLUTION_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(layer);
        }
        return NaiveDepth.activated(layer.getActivation(), out);
    }

    private double[] isomorphism(int l, Layer layer, String v, Map<String, double[]> values) {
        String prefix = "layer." + l;
        double[] sum = times(1 + tensor(prefix + ".epsilon")[0], requireNonNull(values.get(v)));
        for (EdgeId edge : inEdges.getOrDefault(v, List.of())) {
            double[] message = message(edge, values);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += message[i];
            }
        }
        double[] inner = tensor(prefix + ".bias").clone();
        addProduct(sum, tensor(prefix + ".neighbor"), inner);
        double[] out = tensor(prefix + ".outer_bias").clone();
        addProduct(NaiveDepth.activated(Activation.ACTIVATION_RELU, inner), tensor(prefix + ".outer"), out);
        return NaiveDepth.activated(layer.getActivation(), out);
    }

    private double[] pooled(int l, Layer layer, String v, Map<String, double[]> values) {
        double[] greatest = new double[layer.getInnerWidth()];
        boolean first = true;
        for (EdgeId edge : inEdges.getOrDefault(v, List.of())) {
            double[] p = tensor("layer." + l + ".pool_bias").clone();
            addProduct(requireNonNull(values.get(edge.source())), tensor("layer." + l + ".pool"), p);
            double[] message =
                    times(requireNonNull(graph.edges().get(edge)), NaiveDepth.activated(Activation.ACTIVATION_RELU, p));
            for (int i = 0; i < message.length; i++) {
                greatest[i] = first ? message[i] : Math.max(greatest[i], message[i]);
            }
            first = false;
        }
        return greatest;
    }

    private double[] convolved(String v, Map<String, double[]> values) {
        double[] aggregate = times(root(v) * root(v), requireNonNull(values.get(v)));
        for (EdgeId edge : inEdges.getOrDefault(v, List.of())) {
            double[] message = message(edge, values);
            for (int i = 0; i < aggregate.length; i++) {
                aggregate[i] += root(edge.source()) * root(v) * message[i];
            }
        }
        return aggregate;
    }

    /** In-edges that belong to a relation: those of its type; of the empty relation those of all types that are not listed. */
    private List<EdgeId> edgesOf(Layer layer, String relation, String v) {
        var listed = layer.getRelationsList();
        return inEdges.getOrDefault(v, List.of()).stream()
                .filter(edge -> listed.isEmpty()
                        || edge.type().equals(relation)
                        || relation.isEmpty() && !listed.contains(edge.type()))
                .toList();
    }

    private double[] aggregate(Layer layer, List<EdgeId> edges, Map<String, double[]> values) {
        double[] aggregate = new double[layer.getInputWidth()];
        for (int i = 0; i < aggregate.length; i++) {
            int column = i;
            var numbers = edges.stream().mapToDouble(edge -> message(edge, values)[column]);
            aggregate[i] = switch (layer.getConvolution()) {
                case CONVOLUTION_SAGE_MEAN -> numbers.average().orElse(0);
                case CONVOLUTION_SAGE_MAX -> numbers.max().orElse(0);
                case CONVOLUTION_SAGE_MIN -> numbers.min().orElse(0);
                default -> numbers.sum();
            };
        }
        return aggregate;
    }

    private void attend(int l, Layer layer, String v, Map<String, double[]> values, double[] out) {
        int heads = Math.max(1, layer.getHeads());
        boolean averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
        int width = averaged ? out.length : out.length / heads;
        double slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : 0.2f;
        double[] source = tensor("layer." + l + ".attention_source");
        double[] target = tensor("layer." + l + ".attention_target");
        Map<String, double[]> z = new HashMap<>();
        Map<String, Double> weights = new HashMap<>();
        weights.put(v, 1.0);
        for (EdgeId edge : inEdges.getOrDefault(v, List.of())) {
            double weight = requireNonNull(graph.edges().get(edge));
            if (weight > 0) {
                weights.merge(edge.source(), weight, Double::sum);
            }
        }
        for (String u : weights.keySet()) {
            double[] row = new double[heads * width];
            addProduct(requireNonNull(values.get(u)), tensor("layer." + l + ".neighbor"), row);
            z.put(u, row);
        }
        for (int k = 0; k < heads; k++) {
            int head = k * width;
            Map<String, Double> logits = new HashMap<>();
            double own = dot(target, requireNonNull(z.get(v)), head, width);
            z.forEach((u, row) -> {
                double sum = dot(source, row, head, width) + own;
                logits.put(u, sum > 0 ? sum : slope * sum);
            });
            double greatest = Collections.max(logits.values());
            double total = 0;
            double[] attended = new double[width];
            for (String u : new TreeSet<>(weights.keySet())) {
                double share = requireNonNull(weights.get(u)) * Math.exp(requireNonNull(logits.get(u)) - greatest);
                total += share;
                for (int i = 0; i < width; i++) {
                    attended[i] += share * requireNonNull(z.get(u))[head + i];
                }
            }
            for (int i = 0; i < width; i++) {
                out[averaged ? i : head + i] += attended[i] / total / (averaged ? heads : 1);
            }
        }
    }

    private double[] message(EdgeId edge, Map<String, double[]> values) {
        return times(requireNonNull(graph.edges().get(edge)), requireNonNull(values.get(edge.source())));
    }

    private static double[] times(double factor, double[] row) {
        return Arrays.stream(row).map(x -> factor * x).toArray();
    }

    private static double dot(double[] x, double[] y, int from, int length) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** {@code out += row * matrix} */
    static void addProduct(double[] row, double[] matrix, double[] out) {
        for (int j = 0; j < out.length; j++) {
            for (int i = 0; i < row.length; i++) {
                out[j] += row[i] * matrix[i * out.length + j];
            }
        }
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name));
    }

    private double root(String v) {
        return 1 / Math.sqrt(1.0 + graph.inDegree(v));
    }
}
