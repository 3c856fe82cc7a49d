package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.testkit.ReferenceGraph;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
        Map<String, double[]> values = new TreeMap<>();
        for (String v : graph.vertices()) {
            values.put(v, encode(graph.row(v, model.getSpec().getFeatureDimension())));
        }
        for (int l = 1; l <= model.getSpec().getLayersCount(); l++) {
            Map<String, double[]> next = new TreeMap<>();
            for (String v : values.keySet()) {
                next.put(v, layer(l, model.getSpec().getLayers(l - 1), v, values));
            }
            values = next;
        }
        return values;
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
        int in = layer.getInputWidth();
        int out = layer.getOutputWidth();
        boolean gcn = layer.getConvolution() == Convolution.CONVOLUTION_GCN;
        double[] aggregate = new double[in];
        List<EdgeId> edges = inEdges.getOrDefault(v, List.of());
        for (EdgeId edge : edges) {
            double factor = requireNonNull(graph.edges().get(edge));
            if (gcn) {
                factor *= root(edge.source()) * root(v);
            } else if (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN) {
                factor /= edges.size();
            }
            for (int i = 0; i < in; i++) {
                aggregate[i] += factor * requireNonNull(values.get(edge.source()))[i];
            }
        }
        double[] own = requireNonNull(values.get(v));
        if (gcn) {
            for (int i = 0; i < in; i++) {
                aggregate[i] += root(v) * root(v) * own[i];
            }
        }
        double[] neighbor = tensor("layer." + l + ".neighbor");
        double[] self = gcn ? new double[in * out] : tensor("layer." + l + ".self");
        double[] result = tensor("layer." + l + ".bias").clone();
        for (int j = 0; j < out; j++) {
            for (int i = 0; i < in; i++) {
                result[j] += aggregate[i] * neighbor[i * out + j] + own[i] * self[i * out + j];
            }
            if (layer.getActivation() == io.anabranch.model.v1.Activation.ACTIVATION_RELU) {
                result[j] = Math.max(result[j], 0);
            }
        }
        return result;
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name));
    }

    private double root(String v) {
        return 1 / Math.sqrt(1.0 + graph.inDegree(v));
    }
}
