package io.anabranch.stream.propagation;

import static java.util.Objects.requireNonNull;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Connections, stages and readout as model.proto says them, of one vertex, in double precision and from the tensors themselves: the part of {@link NaiveForward} along depth. */
final class NaiveDepth {
    private final ModelSpec spec;
    private final Map<String, double[]> tensors;

    NaiveDepth(ModelSpec spec, Map<String, double[]> tensors) {
        this.spec = spec;
        this.tensors = tensors;
    }

    record State(double[] h, double[] c) {}

    /** Of encoded features. */
    State start(double[] x) {
        return spec.getStagesCount() == 0 ? new State(x, new double[x.length]) : enter(1, x);
    }

    /** After layer l, from 1. */
    State after(int l, double[] y, State before) {
        if (spec.getStagesCount() == 0) {
            return new State(y, new double[y.length]);
        }
        int stage = 1;
        int last = spec.getStages(0).getLayers();
        while (l > last) {
            last += spec.getStages(stage++).getLayers();
        }
        var settings = spec.getStages(stage - 1);
        String cell = settings.getSharedCell() ? "stage." + stage : "layer." + l;
        var state = connect(cell, settings, y, before);
        return l == last && stage < spec.getStagesCount() ? enter(stage + 1, state.h()) : state;
    }

    /** The embedding so far: after level l, from 0. */
    double[] readout(int l, double[] h, double @Nullable [] before) {
        if (spec.getReadout() != Readout.READOUT_ALL_HOPS) {
            return h;
        }
        double[] sum = (before == null ? tensor("readout.bias") : before).clone();
        NaiveForward.addProduct(h, tensor("readout." + l), sum);
        return sum;
    }

    private State enter(int stage, double[] x) {
        var settings = spec.getStages(stage - 1);
        String prefix = "stage." + stage;
        double[] h = tensor(prefix + ".entry_bias").clone();
        NaiveForward.addProduct(x, tensor(prefix + ".entry"), h);
        h = activated(settings.getEntryActivation(), h);
        double[] zero = new double[h.length];
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM -> connect(prefix, settings, h, new State(zero, zero));
            default -> {
                if (settings.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED) {
                    double[] c = tensor(prefix + ".hidden_bias").clone();
                    NaiveForward.addProduct(h, tensor(prefix + ".hidden"), c);
                    yield new State(h, c);
                }
                yield new State(h, zero);
            }
        };
    }

    private State connect(String cell, Stage stage, double[] y, State before) {
        double[] h = before.h();
        double[] c = before.c();
        int n = h.length;
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_RESIDUAL -> new State(row(n, j -> h[j] + y[j]), c);
            case DEPTH_CONNECTION_MOMENTUM -> {
                double m = stage.getMomentum();
                double[] velocity = row(n, j -> m * c[j] + (1 - m) * y[j]);
                yield new State(row(n, j -> h[j] + velocity[j]), velocity);
            }
            case DEPTH_CONNECTION_GRU -> {
                double[] z = row(n, j -> logistic(gate(cell, y, h, n, j)));
                double[] fresh = candidate(cell, y, h);
                yield new State(row(n, j -> (1 - z[j]) * h[j] + z[j] * fresh[j]), c);
            }
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> {
                double most = stage.getMaxForget();
                double[] z = row(n, j -> 1 - most + most * logistic(gate(cell, y, h, n, j)));
                double[] fresh = candidate(cell, y, h);
                yield new State(row(n, j -> z[j] * c[j] + (1 - z[j]) * fresh[j]), h);
            }
            case DEPTH_CONNECTION_LSTM -> {
                double[] next = row(
                        n,
                        j -> logistic(gate(cell, y, h, n, n + j)) * c[j]
                                + logistic(gate(cell, y, h, n, j)) * Math.tanh(gate(cell, y, h, n, 2 * n + j)));
                yield new State(row(n, j -> logistic(gate(cell, y, h, n, 3 * n + j)) * Math.tanh(next[j])), next);
            }
            default -> throw new AssertionError(DepthConnection.valueOf(spec.getDepthConnectionValue()));
        };
    }

    /** tanh(y W_n + (r o h) U_n + b_n) */
    private double[] candidate(String cell, double[] y, double[] h) {
        int n = h.length;
        double[] reset = row(n, j -> logistic(gate(cell, y, h, n, n + j)) * h[j]);
        return row(n, j -> Math.tanh(gate(cell, y, reset, n, 2 * n + j)));
    }

    /** Column {@code column} of y W + h U + b, over all gates. */
    private double gate(String cell, double[] y, double[] h, int n, int column) {
        double[] bias = tensor(cell + ".cell.bias");
        double[] input = tensor(cell + ".cell.input");
        double[] recurrent = tensor(cell + ".cell.recurrent");
        double sum = bias[column];
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * input[i * bias.length + column];
        }
        for (int i = 0; i < n; i++) {
            sum += h[i] * recurrent[i * bias.length + column];
        }
        return sum;
    }

    static double[] activated(Activation activation, double[] x) {
        return row(x.length, j -> switch (activation) {
            case ACTIVATION_RELU -> Math.max(x[j], 0);
            case ACTIVATION_TANH -> Math.tanh(x[j]);
            case ACTIVATION_ELU -> x[j] > 0 ? x[j] : Math.exp(x[j]) - 1;
            case ACTIVATION_UNSPECIFIED, ACTIVATION_IDENTITY, UNRECOGNIZED -> x[j];
        });
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] row(int n, IntToDoubleFunction number) {
        double[] row = new double[n];
        for (int j = 0; j < n; j++) {
            row[j] = number.applyAsDouble(j);
        }
        return row;
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name));
    }
}
