package io.anabranch.learn.gnn;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;

/** The formulas of model.proto, word by word, in double precision over a plain list of edges. Slow and obvious. */
public final class NaiveForward {

    /** An in-edge of the graph. */
    public record Edge(int source, int target, double weight) {}

    private NaiveForward() {}

    /** h_L of all vertices from raw features. */
    public static double[][] embeddings(ModelSnapshot model, List<Edge> edges, double[][] features) {
        ModelTensors tensors = ModelTensors.of(model);
        double[][] hidden = encoded(model, tensors, features);
        for (int i = 1; i <= model.getSpec().getLayersCount(); i++) {
            hidden = layer(i, model.getSpec().getLayers(i - 1), tensors, edges, hidden);
        }
        return hidden;
    }

    private static double[][] encoded(ModelSnapshot model, ModelTensors tensors, double[][] features) {
        double[][] out = new double[features.length][];
        FeatureEncoding encoding = model.getSpec().getFeatureEncoding();
        for (int v = 0; v < features.length; v++) {
            out[v] = features[v].clone();
            double sum = 0;
            for (double x : features[v]) {
                sum += Math.abs(x);
            }
            for (int j = 0; j < out[v].length; j++) {
                if (encoding == FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED && sum > 0) {
                    out[v][j] /= sum;
                }
                if (encoding == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
                    out[v][j] = (out[v][j] - tensors.get("features.mean").value(j))
                            * tensors.get("features.scale").value(j);
                }
            }
        }
        return out;
    }

    private static double[][] layer(
            int number, Layer layer, ModelTensors tensors, List<Edge> edges, double[][] hidden) {
        int n = hidden.length;
        int[] inDegree = new int[n];
        edges.forEach(edge -> inDegree[edge.target()]++);
        double[][] received = new double[n][layer.getInputWidth()];
        boolean[] any = new boolean[n];
        for (Edge edge : edges) {
            double scale = switch (layer.getConvolution()) {
                case CONVOLUTION_GCN ->
                    edge.weight() / Math.sqrt(1 + inDegree[edge.source()]) / Math.sqrt(1 + inDegree[edge.target()]);
                case CONVOLUTION_SAGE_MEAN -> edge.weight() / inDegree[edge.target()];
                default -> edge.weight();
            };
            for (int j = 0; j < layer.getInputWidth(); j++) {
                double message = scale * hidden[edge.source()][j];
                double before = received[edge.target()][j];
                received[edge.target()][j] = switch (layer.getConvolution()) {
                    case CONVOLUTION_SAGE_MAX -> any[edge.target()] ? Math.max(before, message) : message;
                    case CONVOLUTION_SAGE_MIN -> any[edge.target()] ? Math.min(before, message) : message;
                    default -> before + message;
                };
            }
            any[edge.target()] = true;
        }
        WeightTensor neighbor = tensors.get("layer." + number + ".neighbor");
        WeightTensor self = tensors.find("layer." + number + ".self");
        WeightTensor bias = tensors.get("layer." + number + ".bias");
        double[][] out = new double[n][layer.getOutputWidth()];
        for (int v = 0; v < n; v++) {
            for (int k = 0; k < layer.getOutputWidth(); k++) {
                double sum = bias.value(k);
                for (int j = 0; j < layer.getInputWidth(); j++) {
                    int at = j * layer.getOutputWidth() + k;
                    double brought = received[v][j];
                    if (self == null) {
                        brought += hidden[v][j] / (1 + inDegree[v]);
                    } else {
                        sum += hidden[v][j] * self.value(at);
                    }
                    sum += brought * neighbor.value(at);
                }
                out[v][k] = layer.getActivation() == Activation.ACTIVATION_RELU ? Math.max(0, sum) : sum;
            }
        }
        return out;
    }
}
