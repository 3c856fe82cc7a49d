package io.anabranch.stream.frozen;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.IdentityCode;
import io.anabranch.graph.history.StepCode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs every kernel until the compiler has taken it up. Cold vector code is a thousand times slower than compiled code, so a process
 * should not call itself ready before.
 */
public final class KernelWarmUp {
    private static final int ROUNDS = 30_000;
    private static final int IN = 24;
    /** One wide tile and one narrow. */
    private static final int OUT = 80;

    private static final List<Aggregation> LINEAR = List.of(Aggregation.SUM, Aggregation.MEAN, Aggregation.GCN);

    private KernelWarmUp() {}

    /**
     * Takes about a second of one core, the first time; the kernels are shared by all models and all threads.
     *
     * @return a number made of all results, so that no call can be left out
     */
    public static float run() {
        float[] x = new float[IN];
        float[] weights = new float[IN * OUT];
        for (int i = 0; i < IN; i++) {
            x[i] = i % 3;
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 5 - 2;
        }
        float[] bias = new float[OUT];
        float[] a = new float[OUT];
        float[] b = new float[OUT];
        float[] c = new float[OUT];
        float total = 0;
        for (var aggregation : LINEAR) {
            float[] self = aggregation == Aggregation.GCN ? null : weights;
            var layer = new FrozenLayer(aggregation, Activation.RELU, IN, OUT, self, weights, bias);
            for (int i = 0; i < ROUNDS / LINEAR.size(); i++) {
                layer.message(x, 0, layer.sourceFactor(3), a, 0);
                layer.own(x, 0, b, 0);
                Rows.axpy(0.5f, a, 0, b, 0, OUT);
                layer.combine(a, 0, b, 0, a, 0, 3, 3, c, 0);
                Rows.subtract(c, 0, b, 0, a, 0, OUT);
                total += Rows.maxAbs(a, 0, OUT) + (Rows.same(a, 0, b, 0, OUT) ? 1 : 0);
            }
        }
        return total + extrema(a, b) + attention(x, weights, bias) + depth();
    }

    /** A model of each linear kind with layers of these widths, to run engines with. */
    public static List<FrozenModel> linearModels(int... widths) {
        return LINEAR.stream()
                .map(aggregation -> {
                    var layers = IntStream.range(1, widths.length)
                            .mapToObj(l -> linear(aggregation, widths[l - 1], widths[l]))
                            .toList();
                    return new FrozenModel(
                            1,
                            "warm-up",
                            widths[0],
                            new FeatureEncoding(FeatureEncoding.Kind.IDENTITY, null, null),
                            layers);
                })
                .toList();
    }

    /** A model of each connection along depth, of two layers in one stage, that reads out every level; to run engines with. */
    public static List<FrozenModel> deepModels(int features, int width) {
        return steps(width).stream()
                .map(step -> {
                    var entry = new RowMap(features, width, weights(features, width), new float[width], Activation.ELU);
                    var layer = linear(Aggregation.SUM, width, width);
                    var readout =
                            new RowMap(width, width, weights(width, width), new float[width], Activation.IDENTITY);
                    var level = new LevelMap(width, null, step, width, null);
                    return new FrozenModel(
                            1,
                            "warm-up",
                            features,
                            new FeatureEncoding(FeatureEncoding.Kind.IDENTITY, null, null),
                            null,
                            List.of(layer, layer),
                            new LevelMap[] {new LevelMap(features, null, null, width, entry(step, entry)), level, level
                            },
                            new AllHops(List.of(readout, readout, readout)));
                })
                .toList();
    }

    /** A model of one layer over each kind of history cell, to run engines with. */
    public static List<FrozenModel> historyModels(int features, int units) {
        var code = new StepCode(new GapCode(0.001, 1), List.of(), 0, 1, new IdentityCode(16));
        int half = units / HistoryCell.HALVES;
        return Arrays.stream(HistoryEncoder.Kind.values())
                .map(kind -> {
                    boolean gru = kind == HistoryEncoder.Kind.GRU;
                    int gates = gru ? GruHistoryCell.GATES : LstmHistoryCell.GATES;
                    var cell = new Cell(
                            code.width(),
                            half,
                            gates,
                            gru,
                            weights(code.width(), gates * half),
                            weights(half, gates * half),
                            new float[gates * half]);
                    return new FrozenModel(
                            1,
                            "warm-up",
                            features,
                            new FeatureEncoding(FeatureEncoding.Kind.IDENTITY, null, null),
                            new HistoryEncoder(kind, code, 0.875f, List.of(cell, cell)),
                            List.of(linear(Aggregation.MEAN, features + units, units)),
                            new LevelMap[2],
                            null);
                })
                .toList();
    }

    private static StageEntry entry(DepthStep step, RowMap map) {
        return step.hasHidden() ? StageEntry.hidden(map, null) : StageEntry.visible(map);
    }

    private static List<DepthStep> steps(int width) {
        return List.of(
                new ResidualStep(width),
                new MomentumStep(width, 0.9f),
                new GruStep(cell(width, GruStep.GATES, true)),
                new LstmStep(cell(width, LstmStep.GATES, false)),
                new ReversibleStep(cell(width, ReversibleStep.GATES, true), 0.875f));
    }

    private static Cell cell(int width, int gates, boolean resets) {
        float[] weights = weights(width, gates * width);
        return new Cell(width, width, gates, resets, weights, weights, new float[gates * width]);
    }

    /** Every kind of step, by one row and by whole tiles, and the curves. */
    private static float depth() {
        float total = 0;
        for (var step : steps(IN)) {
            var outer = new RowMap(OUT, IN, weights(OUT, IN), new float[IN], Activation.TANH);
            var map = new LevelMap(OUT, outer, step, IN, entry(step, border()));
            var tile = new DepthTile(Rows.stride(OUT), Rows.stride(OUT));
            for (int i = 0; i < ROUNDS / 60; i++) {
                tile.y[i % OUT] = i % 5 - 2;
                map.apply(tile, i % 2 == 0 ? 1 : DepthTile.SIZE);
                total += tile.h[i % IN];
            }
        }
        return total;
    }

    private static RowMap border() {
        return new RowMap(IN, IN, weights(IN, IN), new float[IN], Activation.ELU);
    }

    /** Small weights of both signs, so that rectified rows are neither empty nor full. */
    private static float[] weights(int in, int out) {
        float[] weights = new float[in * out];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i % 7 - 3) / 16f;
        }
        return weights;
    }

    private static FrozenLayer linear(Aggregation aggregation, int in, int out) {
        float[] weights = weights(in, out);
        float[] self = aggregation == Aggregation.GCN ? null : weights;
        return new FrozenLayer(aggregation, Activation.RELU, in, out, self, weights, new float[out]);
    }

    private static float extrema(float[] a, float[] b) {
        float[] max = new float[OUT];
        int[] witness = new int[OUT];
        int[] columns = new int[OUT];
        float total = 0;
        for (int i = 0; i < ROUNDS; i++) {
            // Odd rounds take the extremum from the even ones, so that both ways through the kernels are met.
            ExtremumKernels.fold(i % 2 == 0 ? -1f : 1f, a, 0, i % 2, max, witness, 0, OUT);
            ExtremumKernels.invalidate(1, max, witness, 0, OUT);
            int count = ExtremumKernels.uncovered(max, 0, b, 0, OUT, columns);
            ExtremumKernels.foldColumns(1f, a, 0, 1, max, witness, 0, columns, Math.min(count, 4));
            total += witness[i % OUT];
        }
        return total;
    }

    private static float attention(float[] x, float[] weights, float[] bias) {
        var shape = new Attention.HeadShape(2, OUT / 2, false, 0.2f);
        float[] vectors = new float[OUT];
        Arrays.fill(vectors, 0.01f);
        var attention = new Attention(shape, IN, weights, vectors, vectors);
        var layer =
                FrozenLayer.attention(new LayerShape(Aggregation.ATTENTION, Activation.RELU, IN, OUT), attention, bias);
        int stride = attention.headStride();
        float[] z = new float[attention.rowStride()];
        float[] sums = new float[2 * attention.rowStride()];
        float[] scores = new float[2];
        float[] out = new float[layer.outputStride()];
        float total = 0;
        for (int i = 0; i < ROUNDS / 2; i++) {
            attention.project(x, 0, z, 0);
            attention.sourceScores(z, 0, scores, 0);
            attention.targetScores(z, 0, scores, 0);
            AttentionKernels.exchange(0.5f, z, 0, -0.5f, z, stride, sums, 0, stride);
            AttentionKernels.blend(0.5f, sums, 0, 0.25f, stride, 0.25f, z, 0, sums, 0, stride);
            layer.unite(z, 0, out, 0);
            total += out[i % OUT] + (float) attention.logit(scores[0], scores[1]);
        }
        return total;
    }
}
