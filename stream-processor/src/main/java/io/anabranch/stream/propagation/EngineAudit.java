package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.Activation;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.Arrays;

/**
 * Recomputes the values of a vertex in double precision, layer by layer from the stored values of the layer below, by another way
 * than the engine: over the in-edges, with plain loops, aggregating before transforming.
 */
final class EngineAudit {
    /** Twenty times what float rounding gives on dense rows; a broken rule is off by far more. */
    static final double TOLERANCE = 2e-5;

    private final Engine engine;
    private final PartitionGraph graph;

    EngineAudit(Engine engine, PartitionGraph graph) {
        this.engine = engine;
        this.graph = graph;
    }

    /** One layer of one vertex that came out different. */
    record Difference(double relative, String vertexId, int layer, float[] stored, double[] recomputed) {
        @Override
        public String toString() {
            return "vertex %s, layer %d, relative difference %.3g%n  kept:       %s%n  recomputed: %s"
                    .formatted(vertexId, layer, relative, Arrays.toString(stored), Arrays.toString(recomputed));
        }
    }

    /** The worst layer of an owned vertex that exists. */
    Difference compare(int v) {
        var model = engine.model();
        var worst = new Difference(-1, graph.vertexId(v), 0, new float[0], new double[0]);
        for (int l = 1; l <= model.layers(); l++) {
            float[] stored = engine.valueRow(v, l);
            double[] recomputed = layer(v, l, model.layer(l));
            double difference = 0;
            double scale = 1;
            for (int i = 0; i < stored.length; i++) {
                difference = Math.max(difference, Math.abs(stored[i] - recomputed[i]));
                scale = Math.max(scale, 1 + Math.abs(recomputed[i]));
            }
            if (!(difference / scale <= worst.relative())) {
                worst = new Difference(difference / scale, graph.vertexId(v), l, stored, recomputed);
            }
        }
        return worst;
    }

    private double[] layer(int v, int l, FrozenLayer layer) {
        boolean gcn = layer.aggregation() == Aggregation.GCN;
        double[] sum = new double[layer.inputWidth()];
        int valued = 0;
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (engine.hasValue(u)) {
                valued++;
                add(sum, engine.valueRow(u, l - 1), graph.inWeight(v, e) * (gcn ? root(engine.inDegree(u)) : 1));
            }
        }
        float[] own = engine.valueRow(v, l - 1);
        double norm = 1;
        switch (layer.aggregation()) {
            case SUM -> {}
            case MEAN -> norm = valued == 0 ? 0 : 1.0 / valued;
            case GCN -> {
                norm = root(graph.inDegree(v));
                add(sum, own, norm);
            }
        }
        double[] out = new double[layer.outputWidth()];
        for (int j = 0; j < out.length; j++) {
            double x = layer.bias(j);
            for (int i = 0; i < sum.length; i++) {
                x += norm * sum[i] * layer.neighborWeight(i, j) + own[i] * layer.selfWeight(i, j);
            }
            out[j] = layer.activation() == Activation.RELU ? Math.max(x, 0) : x;
        }
        return out;
    }

    private static void add(double[] sum, float[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private static double root(int inDegree) {
        return 1 / Math.sqrt(1.0 + inDegree);
    }
}
