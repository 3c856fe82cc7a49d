package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import io.anabranch.stream.frozen.Aggregation;
import io.anabranch.stream.frozen.Attention;
import io.anabranch.stream.frozen.FrozenLayer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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

    /** One row of one vertex that came out different. */
    record Difference(double relative, String vertexId, String row, float[] stored, double[] recomputed) {
        @Override
        public String toString() {
            return "vertex %s, %s, relative difference %.3g%n  kept:       %s%n  recomputed: %s"
                    .formatted(vertexId, row, relative, Arrays.toString(stored), Arrays.toString(recomputed));
        }
    }

    /** The worst row of an owned vertex that exists. */
    Difference compare(int v) {
        var model = engine.model();
        var worst = new Difference(-1, graph.vertexId(v), "layer 0", new float[0], new double[0]);
        var histories = engine.histories();
        if (histories != null) {
            float[] kept = engine.outputRow(v, 0);
            float[] shown = Arrays.copyOfRange(kept, model.featureDimension(), kept.length);
            worst = worse(worst, v, "history", shown, DepthAudit.widen(histories.fromScratch(v)));
        }
        for (int l = 0; l <= model.layers(); l++) {
            var level = model.level(l);
            if (l > 0) {
                double[] output = layer(v, l, model.layer(l));
                worst = worse(worst, v, "layer " + l, engine.outputRow(v, l), output);
            }
            if (level != null) {
                var made = DepthAudit.apply(level, engine.outputRow(v, l), below(v, l), hiddenBelow(v, l));
                worst = worse(worst, v, "level " + l, engine.valueRow(v, l), made.visible());
                float[] hidden = engine.hiddenRow(v, l);
                if (hidden != null) {
                    worst = worse(worst, v, "hidden row of level " + l, hidden, made.hidden());
                }
            }
        }
        var readout = model.readout();
        if (readout != null) {
            double[] sum = new double[readout.width()];
            for (int l = 0; l <= model.layers(); l++) {
                add(sum, DepthAudit.apply(readout.map(l), DepthAudit.widen(engine.valueRow(v, l))));
            }
            worst = worse(worst, v, "embedding", engine.embedding(v), sum);
        }
        return worst;
    }

    private float @Nullable [] below(int v, int l) {
        return l == 0 ? null : engine.valueRow(v, l - 1);
    }

    private float @Nullable [] hiddenBelow(int v, int l) {
        return l == 0 ? null : engine.hiddenRow(v, l - 1);
    }

    private Difference worse(Difference worst, int v, String row, float[] stored, double[] recomputed) {
        double difference = 0;
        double scale = 1;
        for (int i = 0; i < stored.length; i++) {
            difference = Math.max(difference, Math.abs(stored[i] - recomputed[i]));
            scale = Math.max(scale, 1 + Math.abs(recomputed[i]));
        }
        return Double.isNaN(worst.relative()) || difference / scale <= worst.relative()
                ? worst
                : new Difference(difference / scale, graph.vertexId(v), row, stored, recomputed);
    }

    private double[] layer(int v, int l, FrozenLayer layer) {
        float[] own = engine.valueRow(v, l - 1);
        double[] out = new double[layer.outputWidth()];
        switch (layer.aggregation()) {
            case SUM, MEAN, MAX, MIN -> {
                for (int r = 0; r < layer.relations(); r++) {
                    addNeighbor(layer, r, aggregate(v, l, layer, r), out);
                }
            }
            case GCN -> addNeighbor(layer, 0, convolved(v, l, own), out);
            case ATTENTION -> attend(v, l, layer.attention(), own, out);
        }
        for (int j = 0; j < out.length; j++) {
            out[j] += layer.bias(j);
            for (int i = 0; i < own.length; i++) {
                out[j] += (double) own[i] * layer.selfWeight(i, j);
            }
            out[j] = layer.activation().of(out[j]);
        }
        return out;
    }

    /** The row of a source as the layer aggregates it. */
    private double[] aggregated(int u, int l, FrozenLayer layer) {
        double[] row = DepthAudit.widen(engine.valueRow(u, l - 1));
        var pool = layer.pool();
        return pool == null ? row : DepthAudit.apply(pool, row);
    }

    /** What one relation brings, before W_neighbor. */
    private double[] aggregate(int v, int l, FrozenLayer layer, int relation) {
        double[] aggregate = new double[layer.messageWidth()];
        int valued = 0;
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (engine.hasValue(u) && layer.relationOf(graph.typeName(graph.inType(v, e))) == relation) {
                double[] row = aggregated(u, l, layer);
                for (int i = 0; i < row.length; i++) {
                    double x = graph.inWeight(v, e) * row[i];
                    aggregate[i] = switch (layer.aggregation()) {
                        case MAX -> valued == 0 ? x : Math.max(aggregate[i], x);
                        case MIN -> valued == 0 ? x : Math.min(aggregate[i], x);
                        case SUM, MEAN, GCN, ATTENTION -> aggregate[i] + x;
                    };
                }
                valued++;
            }
        }
        if (layer.aggregation() == Aggregation.MEAN && valued > 0) {
            for (int i = 0; i < aggregate.length; i++) {
                aggregate[i] /= valued;
            }
        }
        return aggregate;
    }

    private double[] convolved(int v, int l, float[] own) {
        double norm = root(graph.inDegree(v));
        double[] sum = new double[own.length];
        add(sum, own, norm * norm);
        for (int e = 0; e < graph.inDegree(v); e++) {
            int u = graph.inSource(v, e);
            if (engine.hasValue(u)) {
                add(sum, engine.valueRow(u, l - 1), norm * graph.inWeight(v, e) * root(engine.inDegree(u)));
            }
        }
        return sum;
    }

    private static void addNeighbor(FrozenLayer layer, int relation, double[] aggregate, double[] out) {
        for (int j = 0; j < out.length; j++) {
            for (int i = 0; i < aggregate.length; i++) {
                out[j] += aggregate[i] * layer.neighborWeight(relation, i, j);
            }
        }
    }

    private void attend(int v, int l, Attention attention, float[] own, double[] out) {
        int width = attention.headWidth();
        for (int k = 0; k < attention.heads(); k++) {
            double[] z = projected(attention, k, own);
            double target = 0;
            for (int i = 0; i < width; i++) {
                target += z[i] * attention.targetWeight(k, i);
            }
            // Shares are kept relative to exp(greatest), which grows as greater logits come.
            double greatest = logit(attention, k, z, target);
            double total = 1;
            double[] sum = z;
            for (int e = 0; e < graph.inDegree(v); e++) {
                int u = graph.inSource(v, e);
                if (graph.inWeight(v, e) > 0 && engine.hasValue(u)) {
                    double[] message = projected(attention, k, engine.valueRow(u, l - 1));
                    double logit = logit(attention, k, message, target);
                    double kept = Math.exp(Math.min(0, greatest - logit));
                    double share = graph.inWeight(v, e) * Math.exp(Math.min(0, logit - greatest));
                    greatest = Math.max(greatest, logit);
                    total = kept * total + share;
                    for (int i = 0; i < width; i++) {
                        sum[i] = kept * sum[i] + share * message[i];
                    }
                }
            }
            for (int i = 0; i < width; i++) {
                int j = attention.averaged() ? i : k * width + i;
                out[j] += sum[i] / total / (attention.averaged() ? attention.heads() : 1);
            }
        }
    }

    private static double[] projected(Attention attention, int head, float[] row) {
        double[] z = new double[attention.headWidth()];
        for (int j = 0; j < z.length; j++) {
            for (int i = 0; i < row.length; i++) {
                z[j] += (double) row[i] * attention.weight(i, head, j);
            }
        }
        return z;
    }

    private static double logit(Attention attention, int head, double[] z, double target) {
        double sum = target;
        for (int i = 0; i < z.length; i++) {
            sum += z[i] * attention.sourceWeight(head, i);
        }
        return sum > 0 ? sum : attention.negativeSlope() * sum;
    }

    private static void add(double[] sum, float[] row, double factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * row[i];
        }
    }

    private static void add(double[] sum, double[] row) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += row[i];
        }
    }

    private static double root(int inDegree) {
        return 1 / Math.sqrt(1.0 + inDegree);
    }
}
