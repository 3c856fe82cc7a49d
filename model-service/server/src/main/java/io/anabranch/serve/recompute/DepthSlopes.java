package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import java.util.function.Function;

/**
 * The way back through {@link Depth}, for one vertex: from slopes of a level to slopes of what it was made of. Held fixed are the gates of cells,
 * and of an activation what it leaves of its input, act(x) / x; the rest is linear.
 */
final class DepthSlopes {

    /**
     * Slopes of a level's rows, or of what it was made of.
     *
     * @param output by y; empty where there is none
     * @param visible by h
     * @param hidden by c
     * @param constant what does not come from rows at all: by biases
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Slopes(double[] output, double[] visible, double[] hidden, double constant) {}

    private static final double[] NONE = {};

    private final ModelSpec spec;
    private final Depth depth;
    private final Function<String, double[]> tensors;

    DepthSlopes(ModelSpec spec, Depth depth, Function<String, double[]> tensors) {
        this.spec = spec;
        this.depth = depth;
        this.tensors = tensors;
    }

    /** What an activation leaves of x: act(x) / x, and at 0 its slope. */
    static double share(Activation activation, double x) {
        return switch (activation) {
            case ACTIVATION_RELU -> x > 0 ? 1 : 0;
            case ACTIVATION_TANH -> x == 0 ? 1 : Math.tanh(x) / x;
            case ACTIVATION_ELU -> x >= 0 ? 1 : Math.expm1(x) / x;
            case ACTIVATION_IDENTITY, ACTIVATION_UNSPECIFIED, UNRECOGNIZED -> 1;
        };
    }

    /** From the slopes of level l to those of layer l's output and of the level before. */
    Slopes next(int l, double[] output, Depth.State before, double[] visible, double[] hidden) {
        if (!depth.border(l)) {
            return after(l, output, before, visible, hidden);
        }
        double[] rows = depth.after(l, output, before).visible();
        Slopes entered = begun(depth.stageOf(l + 1), rows, visible, hidden);
        Slopes slopes = after(l, output, before, entered.visible, new double[rows.length]);
        return new Slopes(slopes.output, slopes.visible, slopes.hidden, slopes.constant + entered.constant);
    }

    /** From the slopes of the rows that a stage begins with to those of what came before it, as {@code visible}. */
    Slopes begun(int number, double[] before, double[] visible, double[] hidden) {
        Stage stage = spec.getStages(number - 1);
        String name = "stage." + number;
        double[] sums = tensors.apply(name + ".entry_bias").clone();
        Recomputation.addProduct(sums, before, tensors.apply(name + ".entry"));
        double[] entered = Depth.activated(stage.getEntryActivation(), sums);
        double[] zeros = new double[entered.length];
        double constant = 0;
        double[] slope = visible;
        if (spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_GRU) {
            Slopes cell = gru(name + ".cell", entered, zeros, visible);
            slope = cell.output;
            constant = cell.constant;
        } else if (spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_LSTM) {
            Slopes cell = lstm(name + ".cell", entered, new Depth.State(zeros, zeros), visible, hidden);
            slope = cell.output;
            constant = cell.constant;
        } else if (stage.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED) {
            slope = visible.clone();
            addPulledBack(slope, hidden, tensors.apply(name + ".hidden"));
            constant = dot(hidden, tensors.apply(name + ".hidden_bias"));
        }
        double[] through = through(stage.getEntryActivation(), sums, slope);
        double[] out = new double[before.length];
        addPulledBack(out, through, tensors.apply(name + ".entry"));
        return new Slopes(NONE, out, NONE, constant + dot(through, tensors.apply(name + ".entry_bias")));
    }

    private Slopes after(int l, double[] y, Depth.State before, double[] visible, double[] hidden) {
        double[] zeros = new double[before.visible().length];
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_PLAIN, DEPTH_CONNECTION_UNSPECIFIED, UNRECOGNIZED ->
                new Slopes(visible, zeros, zeros, 0);
            case DEPTH_CONNECTION_RESIDUAL -> new Slopes(visible, visible, zeros, 0);
            case DEPTH_CONNECTION_GRU -> gru(depth.cellOf(l), y, before.visible(), visible);
            case DEPTH_CONNECTION_LSTM -> lstm(depth.cellOf(l), y, before, visible, hidden);
            case DEPTH_CONNECTION_MOMENTUM -> {
                double momentum = spec.getStages(depth.stageOf(l) - 1).getMomentum();
                double[] velocity = plus(visible, hidden);
                yield new Slopes(times(1 - momentum, velocity), visible, times(momentum, velocity), 0);
            }
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> reversible(l, y, before.visible(), visible, hidden);
        };
    }

    private Slopes gru(String cell, double[] x, double[] h, double[] slope) {
        double[] z = Depth.sigmoid(Depth.part(depth.gates(cell, x, h), 0, h.length));
        double[] update = new double[h.length];
        double[] kept = new double[h.length];
        for (int j = 0; j < h.length; j++) {
            update[j] = z[j] * slope[j];
            kept[j] = slope[j] - update[j];
        }
        return candidate(cell, x, h, update, kept, new double[h.length]);
    }

    private Slopes reversible(int l, double[] y, double[] h, double[] slope, double[] ofHidden) {
        double maxForget = spec.getStages(depth.stageOf(l) - 1).getMaxForget();
        String cell = depth.cellOf(l);
        double[] z = Depth.sigmoid(Depth.part(depth.gates(cell, y, h), 0, h.length));
        double[] update = new double[h.length];
        double[] kept = new double[h.length];
        for (int j = 0; j < h.length; j++) {
            double keep = 1 - maxForget + maxForget * z[j];
            kept[j] = keep * slope[j];
            update[j] = slope[j] - kept[j];
        }
        return candidate(cell, y, h, update, ofHidden, kept);
    }

    /** Back through n = tanh(x W_n + (r o h) U_n + b_n) with n's slope; the others are there besides. */
    private Slopes candidate(String cell, double[] x, double[] h, double[] ofN, double[] visible, double[] hidden) {
        int width = h.length;
        double[] r = Depth.sigmoid(Depth.part(depth.gates(cell, x, h), 1, width));
        double[] reset = new double[width];
        for (int j = 0; j < width; j++) {
            reset[j] = r[j] * h[j];
        }
        double[] all = new double[3 * width];
        double[] inside = through(Activation.ACTIVATION_TANH, Depth.part(depth.gates(cell, x, reset), 2, width), ofN);
        System.arraycopy(inside, 0, all, 2 * width, width);
        double[] output = new double[x.length];
        addPulledBack(output, all, tensors.apply(cell + ".input"));
        double[] ofReset = new double[width];
        addPulledBack(ofReset, all, tensors.apply(cell + ".recurrent"));
        double[] ofVisible = visible.clone();
        for (int j = 0; j < width; j++) {
            ofVisible[j] += r[j] * ofReset[j];
        }
        return new Slopes(output, ofVisible, hidden, dot(all, tensors.apply(cell + ".bias")));
    }

    private Slopes lstm(String cell, double[] x, Depth.State before, double[] visible, double[] hidden) {
        int width = before.visible().length;
        double[] gates = depth.gates(cell, x, before.visible());
        double[] i = Depth.sigmoid(Depth.part(gates, 0, width));
        double[] f = Depth.sigmoid(Depth.part(gates, 1, width));
        double[] g = Depth.part(gates, 2, width);
        double[] o = Depth.sigmoid(Depth.part(gates, 3, width));
        double[] all = new double[4 * width];
        double[] ofHidden = new double[width];
        for (int j = 0; j < width; j++) {
            double c = f[j] * before.hidden()[j] + i[j] * Math.tanh(g[j]);
            double slope = hidden[j] + o[j] * share(Activation.ACTIVATION_TANH, c) * visible[j];
            ofHidden[j] = f[j] * slope;
            all[2 * width + j] = i[j] * slope * share(Activation.ACTIVATION_TANH, g[j]);
        }
        double[] output = new double[x.length];
        addPulledBack(output, all, tensors.apply(cell + ".input"));
        double[] ofVisible = new double[width];
        addPulledBack(ofVisible, all, tensors.apply(cell + ".recurrent"));
        return new Slopes(output, ofVisible, ofHidden, dot(all, tensors.apply(cell + ".bias")));
    }

    /** Back through an activation of x. */
    static double[] through(Activation activation, double[] x, double[] slope) {
        double[] out = new double[x.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = slope[j] * share(activation, x[j]);
        }
        return out;
    }

    /** Shapes: slope [n], matrix [m, n] row-major, out [m]. */
    static void addPulledBack(double[] out, double[] slope, double[] matrix) {
        for (int i = 0; i < out.length; i++) {
            for (int j = 0; j < slope.length; j++) {
                out[i] += matrix[i * slope.length + j] * slope[j];
            }
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] plus(double[] a, double[] b) {
        double[] out = a.clone();
        for (int j = 0; j < out.length; j++) {
            out[j] += b[j];
        }
        return out;
    }

    private static double[] times(double factor, double[] row) {
        double[] out = row.clone();
        for (int j = 0; j < out.length; j++) {
            out[j] *= factor;
        }
        return out;
    }
}
