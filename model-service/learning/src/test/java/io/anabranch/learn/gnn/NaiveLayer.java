package io.anabranch.learn.gnn;

import io.anabranch.learn.gnn.NaiveForward.Edge;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import java.util.List;

/** y = one layer of model.proto, edge by edge. */
final class NaiveLayer {

    private final String name;
    private final Layer layer;
    private final ModelTensors tensors;
    private final List<Edge> edges;
    private final int[] inDegree;

    NaiveLayer(int number, Layer layer, ModelTensors tensors, List<Edge> edges, int vertices) {
        this.name = "layer." + number + ".";
        this.layer = layer;
        this.tensors = tensors;
        this.edges = edges;
        inDegree = new int[vertices];
        edges.forEach(edge -> inDegree[edge.target()]++);
    }

    double[][] apply(double[][] hidden) {
        double[][] out = new double[hidden.length][];
        for (int v = 0; v < out.length; v++) {
            out[v] = activated(layer.getActivation(), row(v, hidden));
        }
        return out;
    }

    private double[] row(int v, double[][] hidden) {
        return switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> {
                double[] sum = hidden[v].clone();
                scale(sum, 1.0 / (1 + inDegree[v]));
                for (Edge edge : into(v)) {
                    add(
                            sum,
                            edge.weight() / Math.sqrt(1 + inDegree[edge.source()]) / Math.sqrt(1 + inDegree[v]),
                            hidden[edge.source()]);
                }
                yield plus(times(sum, "neighbor"), vector("bias"));
            }
            case CONVOLUTION_SAGE_MEAN, CONVOLUTION_SAGE_SUM -> {
                double[] sum = new double[hidden[v].length];
                for (Edge edge : into(v)) {
                    add(sum, edge.weight(), hidden[edge.source()]);
                }
                if (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN && inDegree[v] > 0) {
                    scale(sum, 1.0 / inDegree[v]);
                }
                yield plus(plus(times(sum, "neighbor"), times(hidden[v], "self")), vector("bias"));
            }
            case CONVOLUTION_SAGE_MAX -> extremum(v, hidden, 1);
            case CONVOLUTION_SAGE_MIN -> extremum(v, hidden, -1);
            case CONVOLUTION_SAGE_POOL -> {
                double[][] pooled = new double[hidden.length][];
                for (int u = 0; u < pooled.length; u++) {
                    pooled[u] =
                            activated(Activation.ACTIVATION_RELU, plus(times(hidden[u], "pool"), vector("pool_bias")));
                }
                yield plus(plus(times(greatest(v, pooled, 1), "neighbor"), times(hidden[v], "self")), vector("bias"));
            }
            case CONVOLUTION_GIN -> {
                double[] sum = hidden[v].clone();
                scale(sum, 1 + vector("epsilon")[0]);
                for (Edge edge : into(v)) {
                    add(sum, edge.weight(), hidden[edge.source()]);
                }
                double[] inner = activated(Activation.ACTIVATION_RELU, plus(times(sum, "neighbor"), vector("bias")));
                yield plus(times(inner, "outer"), vector("outer_bias"));
            }
            case CONVOLUTION_GAT -> plus(attended(v, hidden), vector("bias"));
            case CONVOLUTION_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException(layer.toString());
        };
    }

    private double[] extremum(int v, double[][] hidden, int sign) {
        return plus(plus(times(greatest(v, hidden, sign), "neighbor"), times(hidden[v], "self")), vector("bias"));
    }

    private double[] greatest(int v, double[][] rows, int sign) {
        double[] best = new double[rows[v].length];
        boolean any = false;
        for (Edge edge : into(v)) {
            for (int j = 0; j < best.length; j++) {
                double message = edge.weight() * rows[edge.source()][j];
                best[j] = any && sign * best[j] > sign * message ? best[j] : message;
            }
            any = true;
        }
        return best;
    }

    private double[] attended(int v, double[][] hidden) {
        int heads = Math.max(1, layer.getHeads());
        boolean averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
        int width = averaged ? layer.getOutputWidth() : layer.getOutputWidth() / heads;
        double slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : 0.2;
        double[] out = new double[layer.getOutputWidth()];
        for (int k = 0; k < heads; k++) {
            double[] target = part(times(hidden[v], "neighbor"), k, width);
            double total = Math.exp(score(k, width, target, target, slope));
            double[] sum = target.clone();
            scale(sum, total);
            for (Edge edge : into(v)) {
                if (edge.weight() > 0) {
                    double[] source = part(times(hidden[edge.source()], "neighbor"), k, width);
                    double share = edge.weight() * Math.exp(score(k, width, source, target, slope));
                    add(sum, share, source);
                    total += share;
                }
            }
            for (int j = 0; j < width; j++) {
                out[averaged ? j : k * width + j] += sum[j] / total / (averaged ? heads : 1);
            }
        }
        return out;
    }

    private double score(int k, int width, double[] source, double[] target, double slope) {
        double score = 0;
        for (int j = 0; j < width; j++) {
            score += tensors.get(name + "attention_source").value(k * width + j) * source[j]
                    + tensors.get(name + "attention_target").value(k * width + j) * target[j];
        }
        return score > 0 ? score : slope * score;
    }

    private static double[] part(double[] row, int k, int width) {
        return java.util.Arrays.copyOfRange(row, k * width, (k + 1) * width);
    }

    private List<Edge> into(int v) {
        return edges.stream().filter(edge -> edge.target() == v).toList();
    }

    private double[] times(double[] row, String matrix) {
        return times(row, tensors.get(name + matrix));
    }

    private double[] vector(String vector) {
        return vector(tensors.get(name + vector));
    }

    static double[] times(double[] row, WeightTensor matrix) {
        double[] out = new double[matrix.extent(1)];
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < out.length; j++) {
                out[j] += row[i] * matrix.value(i * out.length + j);
            }
        }
        return out;
    }

    static double[] vector(WeightTensor tensor) {
        double[] out = new double[tensor.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = tensor.value(i);
        }
        return out;
    }

    static double[] plus(double[] a, double[] b) {
        double[] out = a.clone();
        add(out, 1, b);
        return out;
    }

    static double[] activated(Activation activation, double[] row) {
        double[] out = row.clone();
        for (int j = 0; j < out.length; j++) {
            out[j] = switch (activation) {
                case ACTIVATION_RELU -> Math.max(0, out[j]);
                case ACTIVATION_TANH -> Math.tanh(out[j]);
                case ACTIVATION_ELU -> out[j] > 0 ? out[j] : Math.exp(out[j]) - 1;
                default -> out[j];
            };
        }
        return out;
    }

    private static void add(double[] sum, double factor, double[] row) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += factor * row[j];
        }
    }

    private static void scale(double[] row, double factor) {
        for (int j = 0; j < row.length; j++) {
            row[j] *= factor;
        }
    }
}
