package io.anabranch.standalone.chaos;

import static java.util.Objects.requireNonNull;

import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import java.util.List;
import java.util.Map;

/** Graph attention as the comment of model.proto defines it, in double precision, an edge at a time; without the bias. */
final class DoubleAttention {

    private static final double DEFAULT_SLOPE = 0.2f;

    private final double[] weights;
    private final double[] source;
    private final double[] target;
    private final int heads;
    private final int headWidth;
    private final int width;
    private final boolean averaged;
    private final double slope;

    DoubleAttention(Layer layer, int number, Map<String, double[]> tensors) {
        String prefix = "layer." + number + ".";
        this.weights = requireNonNull(tensors.get(prefix + "neighbor"));
        this.source = requireNonNull(tensors.get(prefix + "attention_source"));
        this.target = requireNonNull(tensors.get(prefix + "attention_target"));
        this.heads = Math.max(1, layer.getHeads());
        this.averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
        this.width = layer.getOutputWidth();
        this.headWidth = averaged ? width : width / heads;
        this.slope = layer.hasNegativeSlope() ? layer.getNegativeSlope() : DEFAULT_SLOPE;
    }

    double[] attend(String v, List<EdgeName> in, FoldedGraph graph, Map<String, double[]> rows) {
        double[] own = projected(requireNonNull(rows.get(v)));
        double[] out = new double[width];
        for (int k = 0; k < heads; k++) {
            // Exponents relative to that of the vertex itself, which cancels in the quotient.
            double self = score(k, own, own);
            double total = 1;
            double[] attended = new double[headWidth];
            addHead(attended, 1, k, own);
            for (EdgeName edge : in) {
                double weight = graph.weight(edge);
                if (weight > 0) {
                    double[] z = projected(requireNonNull(rows.get(edge.source())));
                    double share = weight * Math.exp(score(k, z, own) - self);
                    total += share;
                    addHead(attended, share, k, z);
                }
            }
            for (int i = 0; i < headWidth; i++) {
                out[averaged ? i : k * headWidth + i] += attended[i] / total / (averaged ? heads : 1);
            }
        }
        return out;
    }

    /** z of all heads, one behind another. */
    private double[] projected(double[] row) {
        double[] z = new double[heads * headWidth];
        DoubleForward.addProduct(z, row, weights);
        return z;
    }

    private double score(int head, double[] zSource, double[] zTarget) {
        double sum = 0;
        for (int i = head * headWidth; i < (head + 1) * headWidth; i++) {
            sum += source[i] * zSource[i] + target[i] * zTarget[i];
        }
        return sum > 0 ? sum : slope * sum;
    }

    private void addHead(double[] sum, double factor, int head, double[] z) {
        for (int i = 0; i < headWidth; i++) {
            sum[i] += factor * z[head * headWidth + i];
        }
    }
}
