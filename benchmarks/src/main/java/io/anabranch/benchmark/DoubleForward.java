package io.anabranch.benchmark;

import static java.util.Objects.requireNonNull;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The forward pass over a whole graph in double precision, with plain loops, from the snapshot itself: shares nothing with the engine but
 * the graph. For graphs of one partition and models that take features as they are, without relations, with one head of attention.
 */
final class DoubleForward {
    private static final double NEGATIVE_SLOPE = 0.2f;

    private final ModelSnapshot model;
    private final PartitionGraph graph;
    private final Map<String, double[]> tensors = new HashMap<>();

    DoubleForward(ModelSnapshot model, PartitionGraph graph) {
        this.model = model;
        this.graph = graph;
        for (var tensor : model.getTensorsList()) {
            var floats = tensor.getData()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            double[] numbers = new double[floats.remaining()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = floats.get(i);
            }
            tensors.put(tensor.getName(), numbers);
        }
    }

    /** Embeddings by ordinal. */
    double[][] embeddings() {
        int width = model.getSpec().getFeatureDimension();
        double[][] rows = new double[graph.vertexCapacity()][width];
        float[] features = new float[width];
        for (int v = 0; v < rows.length; v++) {
            graph.copyFeatures(v, features, 0);
            for (int i = 0; i < width; i++) {
                rows[v][i] = features[i];
            }
        }
        for (int l = 1; l <= model.getSpec().getLayersCount(); l++) {
            rows = layer(model.getSpec().getLayers(l - 1), "layer." + l, rows);
        }
        return rows;
    }

    private double[][] layer(Layer layer, String prefix, double[][] rows) {
        double[] neighbor = tensor(prefix + ".neighbor");
        double[] bias = tensor(prefix + ".bias");
        double[][] out = switch (layer.getConvolution()) {
            case CONVOLUTION_GAT ->
                attend(
                        products(rows, neighbor, bias.length),
                        tensor(prefix + ".attention_source"),
                        tensor(prefix + ".attention_target"));
            case CONVOLUTION_GCN -> products(aggregates(layer, rows), neighbor, bias.length);
            default -> {
                double[][] sums = products(aggregates(layer, rows), neighbor, bias.length);
                double[][] own = products(rows, tensor(prefix + ".self"), bias.length);
                for (int v = 0; v < rows.length; v++) {
                    add(sums[v], own[v], 1);
                }
                yield sums;
            }
        };
        for (double[] row : out) {
            add(row, bias, 1);
            for (int j = 0; j < row.length && layer.getActivation() == Activation.ACTIVATION_RELU; j++) {
                row[j] = Math.max(row[j], 0);
            }
        }
        return out;
    }

    private double[][] aggregates(Layer layer, double[][] rows) {
        double[][] aggregates = new double[rows.length][];
        for (int v = 0; v < rows.length; v++) {
            aggregates[v] = switch (layer.getConvolution()) {
                case CONVOLUTION_GCN -> convolved(v, rows);
                case CONVOLUTION_SAGE_SUM -> sum(v, rows, 1);
                case CONVOLUTION_SAGE_MEAN -> sum(v, rows, 1.0 / Math.max(1, graph.inDegree(v)));
                case CONVOLUTION_SAGE_MAX -> extremum(v, rows, 1);
                case CONVOLUTION_SAGE_MIN -> extremum(v, rows, -1);
                case CONVOLUTION_GAT, CONVOLUTION_GIN, CONVOLUTION_SAGE_POOL, CONVOLUTION_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("The layer (%s) does not aggregate rows.".formatted(layer));
            };
        }
        return aggregates;
    }

    private double[] sum(int v, double[][] rows, double factor) {
        double[] sum = new double[rows[v].length];
        for (int e = 0; e < graph.inDegree(v); e++) {
            add(sum, rows[graph.inSource(v, e)], factor * graph.inWeight(v, e));
        }
        return sum;
    }

    private double[] convolved(int v, double[][] rows) {
        double[] sum = new double[rows[v].length];
        add(sum, rows[v], root(v) * root(v));
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            add(sum, rows[u], root(v) * root(u) * graph.inWeight(v, e));
        }
        return sum;
    }

    private double[] extremum(int v, double[][] rows, int sign) {
        double[] greatest = new double[rows[v].length];
        for (int e = 0; e < graph.inDegree(v); e++) {
            double[] row = rows[graph.inSource(v, e)];
            for (int i = 0; i < row.length; i++) {
                double candidate = sign * graph.inWeight(v, e) * row[i];
                greatest[i] = e == 0 ? candidate : Math.max(greatest[i], candidate);
            }
        }
        for (int i = 0; i < greatest.length; i++) {
            greatest[i] *= sign;
        }
        return greatest;
    }

    private double[][] attend(double[][] z, double[] source, double[] target) {
        double[][] out = new double[z.length][];
        for (int v = 0; v < z.length; v++) {
            double own = dot(target, z[v]);
            // Exponents relative to that of the vertex itself, which cancels in the quotient.
            double self = rectified(dot(source, z[v]) + own);
            double total = 1;
            double[] sum = z[v].clone();
            for (int e = 0; e < graph.inDegree(v); e++) {
                double[] row = z[graph.inSource(v, e)];
                double share = graph.inWeight(v, e) * Math.exp(rectified(dot(source, row) + own) - self);
                total += share;
                add(sum, row, share);
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] /= total;
            }
            out[v] = sum;
        }
        return out;
    }

    private static double rectified(double x) {
        return x > 0 ? x : NEGATIVE_SLOPE * x;
    }

    private static double[][] products(double[][] rows, double[] matrix, int width) {
        double[][] out = new double[rows.length][width];
        for (int v = 0; v < rows.length; v++) {
            for (int i = 0; i < rows[v].length; i++) {
                for (int j = 0; j < width; j++) {
                    out[v][j] += rows[v][i] * matrix[i * width + j];
                }
            }
        }
        return out;
    }

    private static void add(double[] sum, double[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private double root(int v) {
        return 1 / Math.sqrt(1.0 + graph.inDegree(v));
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name), name);
    }
}
