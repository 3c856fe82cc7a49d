package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * What becomes of the layers' outputs along depth, for one vertex in double precision, word by word as {@code model.proto} says it: connections,
 * stages, readout.
 */
final class Depth {

    /**
     * What a vertex is at a level.
     *
     * @param visible h
     * @param hidden c; zeros where the connection has none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record State(double[] visible, double[] hidden) {}

    private final ModelSpec spec;
    private final Function<String, double[]> tensors;
    /** By layer - 1: its stage, from 1; 0 in a plain model. */
    private final int[] stageOf;

    Depth(ModelSpec spec, Function<String, double[]> tensors) {
        this.spec = spec;
        this.tensors = tensors;
        stageOf = new int[spec.getLayersCount()];
        int layer = 0;
        for (int k = 1; k <= spec.getStagesCount(); k++) {
            for (int i = 0; i < spec.getStages(k - 1).getLayers(); i++) {
                stageOf[layer++] = k;
            }
        }
    }

    /** Level 0, from the encoded features. */
    State first(double[] features) {
        return spec.getStagesCount() == 0 ? new State(features, features) : begun(1, features);
    }

    /** Level l, from layer l's output and the level before. */
    State next(int l, double[] output, State before) {
        State after = after(l, output, before);
        return border(l) ? begun(stageOf[l], after.visible()) : after;
    }

    /** Whether a stage ends with layer l and another begins. */
    boolean border(int l) {
        return l < stageOf.length && stageOf[l] != stageOf[l - 1];
    }

    /** Of a model with stages: that of a layer, from 1; 0 in a plain model. */
    int stageOf(int layer) {
        return stageOf[layer - 1];
    }

    /** Tensors' name of the cell that a layer ends with. */
    String cellOf(int layer) {
        int stage = stageOf(layer);
        return (spec.getStages(stage - 1).getSharedCell() ? "stage." + stage : "layer." + layer) + ".cell";
    }

    /** From the visible rows of all levels. */
    double[] embedding(IntFunction<double[]> visible) {
        if (spec.getReadout() != Readout.READOUT_ALL_HOPS) {
            return visible.apply(stageOf.length);
        }
        double[] out = tensors.apply("readout.bias").clone();
        for (int l = 0; l <= stageOf.length; l++) {
            Recomputation.addProduct(out, visible.apply(l), tensors.apply("readout." + l));
        }
        return out;
    }

    private State begun(int number, double[] before) {
        Stage stage = spec.getStages(number - 1);
        String name = "stage." + number;
        double[] h = tensors.apply(name + ".entry_bias").clone();
        Recomputation.addProduct(h, before, tensors.apply(name + ".entry"));
        h = activated(stage.getEntryActivation(), h);
        double[] zeros = new double[h.length];
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_GRU -> new State(gru(name + ".cell", h, zeros), zeros);
            case DEPTH_CONNECTION_LSTM -> lstm(name + ".cell", h, new State(zeros, zeros));
            default -> {
                if (stage.getHiddenStart() != HiddenStart.HIDDEN_START_LEARNED) {
                    yield new State(h, zeros);
                }
                double[] c = tensors.apply(name + ".hidden_bias").clone();
                Recomputation.addProduct(c, h, tensors.apply(name + ".hidden"));
                yield new State(h, c);
            }
        };
    }

    /** After layer l, whatever stage then begins. */
    State after(int l, double[] y, State before) {
        if (spec.getStagesCount() == 0) {
            return new State(y, y);
        }
        Stage stage = spec.getStages(stageOf(l) - 1);
        String cell = cellOf(l);
        double[] h = before.visible();
        double[] c = before.hidden();
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_RESIDUAL -> new State(mixed(1, h, 1, y), c);
            case DEPTH_CONNECTION_GRU -> new State(gru(cell, y, h), c);
            case DEPTH_CONNECTION_LSTM -> lstm(cell, y, before);
            case DEPTH_CONNECTION_MOMENTUM -> {
                // The factors are floats in the model, and 1 less one of them is exact in double.
                double[] velocity = mixed(stage.getMomentum(), c, 1.0 - stage.getMomentum(), y);
                yield new State(mixed(1, h, 1, velocity), velocity);
            }
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> new State(reversible(cell, stage.getMaxForget(), y, before), h);
            case DEPTH_CONNECTION_PLAIN, DEPTH_CONNECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException(
                        "The model (%s) is %s and has stages.".formatted(spec.getName(), spec.getDepthConnection()));
        };
    }

    private double[] gru(String cell, double[] x, double[] h) {
        double[] z = sigmoid(part(gates(cell, x, h), 0, h.length));
        double[] n = candidate(cell, x, h);
        double[] out = new double[h.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = (1 - z[j]) * h[j] + z[j] * n[j];
        }
        return out;
    }

    private double[] reversible(String cell, double maxForget, double[] y, State before) {
        double[] h = before.visible();
        double[] z = sigmoid(part(gates(cell, y, h), 0, h.length));
        double[] n = candidate(cell, y, h);
        double[] out = new double[h.length];
        for (int j = 0; j < out.length; j++) {
            double keep = 1 - maxForget + maxForget * z[j];
            out[j] = keep * before.hidden()[j] + (1 - keep) * n[j];
        }
        return out;
    }

    private double[] candidate(String cell, double[] x, double[] h) {
        double[] r = sigmoid(part(gates(cell, x, h), 1, h.length));
        double[] reset = new double[h.length];
        for (int j = 0; j < reset.length; j++) {
            reset[j] = r[j] * h[j];
        }
        return activated(Activation.ACTIVATION_TANH, part(gates(cell, x, reset), 2, h.length));
    }

    private State lstm(String cell, double[] x, State before) {
        int width = before.visible().length;
        double[] all = gates(cell, x, before.visible());
        double[] i = sigmoid(part(all, 0, width));
        double[] f = sigmoid(part(all, 1, width));
        double[] g = activated(Activation.ACTIVATION_TANH, part(all, 2, width));
        double[] o = sigmoid(part(all, 3, width));
        double[] h = new double[width];
        double[] c = new double[width];
        for (int j = 0; j < width; j++) {
            c[j] = f[j] * before.hidden()[j] + i[j] * g[j];
            h[j] = o[j] * Math.tanh(c[j]);
        }
        return new State(h, c);
    }

    /** x W + h U + b, all gates side by side. */
    double[] gates(String cell, double[] x, double[] h) {
        double[] all = tensors.apply(cell + ".bias").clone();
        Recomputation.addProduct(all, x, tensors.apply(cell + ".input"));
        Recomputation.addProduct(all, h, tensors.apply(cell + ".recurrent"));
        return all;
    }

    static double[] part(double[] all, int gate, int width) {
        double[] out = new double[width];
        System.arraycopy(all, gate * width, out, 0, width);
        return out;
    }

    private static double[] mixed(double a, double[] x, double b, double[] y) {
        double[] out = new double[x.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = a * x[j] + b * y[j];
        }
        return out;
    }

    static double[] sigmoid(double[] x) {
        double[] out = new double[x.length];
        for (int j = 0; j < out.length; j++) {
            out[j] = 1 / (1 + Math.exp(-x[j]));
        }
        return out;
    }

    /** A new row. */
    static double[] activated(Activation activation, double[] x) {
        double[] out = x.clone();
        for (int j = 0; j < out.length; j++) {
            out[j] = switch (activation) {
                case ACTIVATION_RELU -> Math.max(x[j], 0);
                case ACTIVATION_TANH -> Math.tanh(x[j]);
                case ACTIVATION_ELU -> x[j] > 0 ? x[j] : Math.expm1(x[j]);
                case ACTIVATION_IDENTITY, ACTIVATION_UNSPECIFIED, UNRECOGNIZED -> x[j];
            };
        }
        return out;
    }
}
