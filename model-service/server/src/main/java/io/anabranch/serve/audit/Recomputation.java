package io.anabranch.serve.audit;

import io.anabranch.graph.snapshot.CompressedRows;
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
final class Recomputation {
    private final ModelSpec spec;
    private final GraphSnapshot graph;
    private final int mostRows;
    private final Map<String, double[]> tensors = new HashMap<>();
    /** By layer: the rows of vertices that were visited. */
    private final List<Map<Integer, double[]>> rows = new ArrayList<>();

    private int visited;

    /**
     * @param mostRows how many rows may be remembered
     * @throws io.anabranch.serve.ProblemException if a layer is of a kind that cannot be recomputed here
     */
    Recomputation(ModelSnapshot model, GraphSnapshot graph, int mostRows) {
        this.spec = model.getSpec();
        this.graph = graph;
        this.mostRows = mostRows;
        for (Layer layer : spec.getLayersList()) {
            requireKnown(layer.getConvolution());
        }
        for (Tensor tensor : model.getTensorsList()) {
            tensors.put(tensor.getName(), widened(tensor));
        }
        for (int l = 0; l <= spec.getLayersCount(); l++) {
            rows.add(new HashMap<>());
        }
    }

    private static void requireKnown(Convolution convolution) {
        switch (convolution) {
            case CONVOLUTION_GCN, CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM -> {}
            default ->
                throw new Problem.Unsupported(
                                "Embeddings of a model with %s layers cannot be audited.".formatted(convolution))
                        .exception();
        }
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
    double @Nullable [] embedding(String id) {
        int v = graph.nodeOf(id);
        return v < 0 ? null : row(spec.getLayersCount(), v).clone();
    }

    private double[] row(int l, int v) {
        double[] known = rows.get(l).get(v);
        if (known != null) {
            return known;
        }
        if (++visited > mostRows) {
            throw new Problem.Unmet(
                            "NEIGHBOURHOOD_TOO_LARGE",
                            "More than %d rows would have to be recomputed. Maybe audit fewer vertices at once, or raise max_rows."
                                    .formatted(mostRows))
                    .exception();
        }
        double[] row = l == 0 ? encoded(v) : layer(l, v);
        rows.get(l).put(v, row);
        return row;
    }

    private double[] encoded(int v) {
        float[] features = new float[spec.getFeatureDimension()];
        graph.features().copyRow(v, features, 0);
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

    private double[] layer(int l, int v) {
        Layer layer = spec.getLayers(l - 1);
        boolean gcn = layer.getConvolution() == Convolution.CONVOLUTION_GCN;
        CompressedRows in = graph.in();
        double[] aggregate = new double[layer.getInputWidth()];
        for (int entry = in.start(v); entry < in.end(v); entry++) {
            int u = in.neighbour(entry);
            add(aggregate, row(l - 1, u), in.weight(entry) * (gcn ? root(u) * root(v) : 1));
        }
        double[] own = row(l - 1, v);
        if (gcn) {
            add(aggregate, own, root(v) * root(v));
        } else if (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN && in.degree(v) > 0) {
            for (int i = 0; i < aggregate.length; i++) {
                aggregate[i] /= in.degree(v);
            }
        }
        int width = layer.getOutputWidth();
        double[] result = tensor("layer." + l + ".bias").clone();
        double[] neighbor = tensor("layer." + l + ".neighbor");
        double @Nullable [] self = gcn ? null : tensor("layer." + l + ".self");
        for (int j = 0; j < width; j++) {
            for (int i = 0; i < aggregate.length; i++) {
                result[j] += aggregate[i] * neighbor[i * width + j] + (self == null ? 0 : own[i] * self[i * width + j]);
            }
            if (layer.getActivation() == Activation.ACTIVATION_RELU) {
                result[j] = Math.max(result[j], 0);
            }
        }
        return result;
    }

    private double root(int v) {
        return 1 / Math.sqrt(1.0 + graph.in().degree(v));
    }

    private static void add(double[] sum, double[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private double[] tensor(String name) {
        double[] values = tensors.get(name);
        if (values == null) {
            throw new IllegalStateException("The model (%s) has no tensor %s.".formatted(spec.getName(), name));
        }
        return values;
    }
}
