package io.anabranch.benchmark;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.Activation;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import io.anabranch.stream.frozen.FrozenModel;

/**
 * The forward pass over a whole graph in double precision, aggregating before transforming, with plain loops: shares nothing with the
 * engine but the weights. For graphs of one partition and models that take features as they are.
 */
final class DoubleForward {
    private final FrozenModel model;
    private final PartitionGraph graph;

    DoubleForward(FrozenModel model, PartitionGraph graph) {
        this.model = model;
        this.graph = graph;
    }

    /** Embeddings by ordinal. */
    double[][] embeddings() {
        double[][] rows = new double[graph.vertexCapacity()][];
        float[] features = new float[model.featureDimension()];
        for (int v = 0; v < rows.length; v++) {
            graph.copyFeatures(v, features, 0);
            rows[v] = new double[features.length];
            for (int i = 0; i < features.length; i++) {
                rows[v][i] = features[i];
            }
        }
        for (int l = 1; l <= model.layers(); l++) {
            double[][] next = new double[rows.length][];
            double[][] neighbor = weights(model.layer(l), false);
            double[][] self = weights(model.layer(l), true);
            for (int v = 0; v < rows.length; v++) {
                next[v] = row(model.layer(l), v, rows, neighbor, self);
            }
            rows = next;
        }
        return rows;
    }

    private double[] row(FrozenLayer layer, int v, double[][] rows, double[][] neighbor, double[][] self) {
        boolean gcn = layer.aggregation() == Aggregation.GCN;
        double[] sum = new double[layer.inputWidth()];
        int inDegree = graph.inDegree(v);
        for (int e = 0; e < inDegree; e++) {
            int u = graph.inSource(v, e);
            add(sum, rows[u], graph.inWeight(v, e) * (gcn ? root(u) : 1));
        }
        double norm = 1;
        if (gcn) {
            norm = root(v);
            add(sum, rows[v], norm);
        } else if (layer.aggregation() == Aggregation.MEAN) {
            norm = inDegree == 0 ? 0 : 1.0 / inDegree;
        }
        double[] out = new double[layer.outputWidth()];
        for (int j = 0; j < out.length; j++) {
            out[j] = layer.bias(j);
        }
        for (int i = 0; i < sum.length; i++) {
            double own = rows[v][i];
            double aggregate = norm * sum[i];
            for (int j = 0; j < out.length; j++) {
                out[j] += aggregate * neighbor[i][j] + own * self[i][j];
            }
        }
        if (layer.activation() == Activation.RELU) {
            for (int j = 0; j < out.length; j++) {
                out[j] = Math.max(out[j], 0);
            }
        }
        return out;
    }

    private static double[][] weights(FrozenLayer layer, boolean self) {
        double[][] weights = new double[layer.inputWidth()][layer.outputWidth()];
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < layer.outputWidth(); j++) {
                weights[i][j] = self ? layer.selfWeight(i, j) : layer.neighborWeight(0, i, j);
            }
        }
        return weights;
    }

    private static void add(double[] sum, double[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private double root(int v) {
        return 1 / Math.sqrt(1.0 + graph.inDegree(v));
    }
}
