package io.anabranch.stream.propagation;

import io.anabranch.stream.frozen.Cell;
import io.anabranch.stream.frozen.DepthStep;
import io.anabranch.stream.frozen.GruStep;
import io.anabranch.stream.frozen.LevelMap;
import io.anabranch.stream.frozen.LstmStep;
import io.anabranch.stream.frozen.MomentumStep;
import io.anabranch.stream.frozen.ResidualStep;
import io.anabranch.stream.frozen.ReversibleStep;
import io.anabranch.stream.frozen.RowMap;
import io.anabranch.stream.frozen.StageEntry;
import org.jspecify.annotations.Nullable;

/** What a vertex makes of a layer's output, in double precision and number by number, from the formulas of model.proto: the part of {@link EngineAudit} along depth. */
final class DepthAudit {
    private DepthAudit() {}

    /** A visible row, and a hidden one, of no meaning where the model has none. */
    record State(double[] visible, double[] hidden) {}

    /**
     * The rows of a level.
     *
     * @param y the layer's output
     * @param below h_{l-1}, if there is a level below
     * @param hiddenBelow c_{l-1}, if there is one
     */
    static State apply(LevelMap level, float[] y, float @Nullable [] below, float @Nullable [] hiddenBelow) {
        double[] row = widen(y);
        var outer = level.outer();
        if (outer != null) {
            row = apply(outer, row);
        }
        var state = new State(row, new double[row.length]);
        var step = level.step();
        if (step != null && below != null) {
            double[] h = widen(below);
            state = step(step, row, new State(h, hiddenBelow == null ? new double[h.length] : widen(hiddenBelow)));
        }
        var entry = level.entry();
        return entry == null ? state : enter(entry, state.visible());
    }

    private static State enter(StageEntry entry, double[] x) {
        double[] h = apply(entry.map(), x);
        var zero = new State(new double[h.length], new double[h.length]);
        var first = entry.first();
        if (first != null) {
            return step(first, h, zero);
        }
        var hidden = entry.hidden();
        return new State(h, hidden == null ? zero.hidden() : apply(hidden, h));
    }

    private static State step(DepthStep step, double[] y, State before) {
        double[] h = before.visible().clone();
        double[] c = before.hidden().clone();
        switch (step) {
            case ResidualStep residual -> {
                for (int j = 0; j < h.length; j++) {
                    h[j] += y[j];
                }
            }
            case MomentumStep momentum -> {
                for (int j = 0; j < h.length; j++) {
                    c[j] = momentum.momentum() * c[j] + (1 - (double) momentum.momentum()) * y[j];
                    h[j] += c[j];
                }
            }
            case GruStep gru -> {
                double[] n = candidate(gru.cell(), y, before.visible());
                for (int j = 0; j < h.length; j++) {
                    double z = logistic(gate(gru.cell(), 0, j, y, before.visible()));
                    h[j] = (1 - z) * h[j] + z * n[j];
                }
            }
            case ReversibleStep gate -> {
                double[] n = candidate(gate.cell(), y, before.visible());
                for (int j = 0; j < h.length; j++) {
                    double open = logistic(gate(gate.cell(), 0, j, y, before.visible()));
                    double z = 1 - gate.maxForget() + gate.maxForget() * open;
                    h[j] = z * c[j] + (1 - z) * n[j];
                    c[j] = before.visible()[j];
                }
            }
            case LstmStep lstm -> {
                for (int j = 0; j < h.length; j++) {
                    double in = logistic(gate(lstm.cell(), 0, j, y, before.visible()));
                    double forget = logistic(gate(lstm.cell(), 1, j, y, before.visible()));
                    double g = Math.tanh(gate(lstm.cell(), 2, j, y, before.visible()));
                    double out = logistic(gate(lstm.cell(), 3, j, y, before.visible()));
                    c[j] = forget * c[j] + in * g;
                    h[j] = out * Math.tanh(c[j]);
                }
            }
        }
        return new State(h, c);
    }

    /** {@code n} of a cell with gates z, r and n. */
    private static double[] candidate(Cell cell, double[] y, double[] h) {
        double[] reset = new double[h.length];
        for (int i = 0; i < h.length; i++) {
            reset[i] = logistic(gate(cell, 1, i, y, h)) * h[i];
        }
        double[] n = new double[h.length];
        for (int j = 0; j < n.length; j++) {
            n[j] = Math.tanh(gate(cell, 2, j, y, reset));
        }
        return n;
    }

    private static double gate(Cell cell, int gate, int j, double[] y, double[] h) {
        double sum = cell.bias(gate, j);
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * cell.inputWeight(gate, i, j);
        }
        for (int i = 0; i < h.length; i++) {
            sum += h[i] * cell.recurrentWeight(gate, i, j);
        }
        return sum;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** {@code act(x W + b)} */
    static double[] apply(RowMap map, double[] x) {
        double[] out = new double[map.outputWidth()];
        for (int j = 0; j < out.length; j++) {
            double sum = map.bias(j);
            for (int i = 0; i < x.length; i++) {
                sum += x[i] * map.weight(i, j);
            }
            out[j] = map.activation().of(sum);
        }
        return out;
    }

    static double[] widen(float[] row) {
        double[] wide = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            wide[i] = row[i];
        }
        return wide;
    }
}
