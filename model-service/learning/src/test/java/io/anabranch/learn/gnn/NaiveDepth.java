package io.anabranch.learn.gnn;

import static io.anabranch.learn.gnn.NaiveLayer.activated;
import static io.anabranch.learn.gnn.NaiveLayer.plus;
import static io.anabranch.learn.gnn.NaiveLayer.times;
import static io.anabranch.learn.gnn.NaiveLayer.vector;

import io.anabranch.learn.gnn.NaiveForward.Edge;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;
import java.util.Arrays;
import java.util.List;

/** What becomes of the layers' outputs along depth, vertex by vertex, as DepthConnection, Stage and Readout of model.proto say it. */
final class NaiveDepth {

    private final ModelSpec spec;
    private final ModelTensors tensors;
    private final List<Edge> edges;

    NaiveDepth(ModelSpec spec, ModelTensors tensors, List<Edge> edges) {
        this.spec = spec;
        this.tensors = tensors;
        this.edges = edges;
    }

    double[][] embeddings(double[][] features) {
        int n = features.length;
        int layers = spec.getLayersCount();
        double[][][] visible = new double[layers + 1][][];
        double[][] hidden = new double[n][];
        double[][] rows = features;
        visible[0] = rows;
        int stage = 0;
        int stageEnd = 0;
        for (int i = 1; i <= layers; i++) {
            if (spec.getStagesCount() > 0 && i > stageEnd) {
                stageEnd += spec.getStages(stage++).getLayers();
                double[][] entered = new double[n][];
                for (int v = 0; v < n; v++) {
                    double[][] state = started(stage, rows[v]);
                    entered[v] = state[0];
                    hidden[v] = state[1];
                }
                visible[i - 1] = entered;
            }
            double[][] output = new NaiveLayer(i, spec.getLayers(i - 1), tensors, edges, n).apply(visible[i - 1]);
            rows = new double[n][];
            for (int v = 0; v < n; v++) {
                double[][] state = next(i, stage, output[v], visible[i - 1][v], hidden[v]);
                rows[v] = state[0];
                hidden[v] = state[1];
            }
            visible[i] = rows;
        }
        return spec.getReadout() == Readout.READOUT_ALL_HOPS ? readOut(visible) : rows;
    }

    private double[][] readOut(double[][][] visible) {
        double[][] out = new double[visible[0].length][];
        for (int v = 0; v < out.length; v++) {
            out[v] = vector(tensors.get("readout.bias"));
            for (int l = 0; l < visible.length; l++) {
                out[v] = plus(out[v], times(visible[l][v], tensors.get("readout." + l)));
            }
        }
        return out;
    }

    /** h and c that a stage begins with. */
    private double[][] started(int number, double[] before) {
        Stage stage = spec.getStages(number - 1);
        String name = "stage." + number;
        double[] h = activated(
                stage.getEntryActivation(),
                plus(times(before, tensors.get(name + ".entry")), vector(tensors.get(name + ".entry_bias"))));
        double[] zero = new double[h.length];
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_GRU -> new double[][] {gru(name + ".cell", h, zero), zero};
            case DEPTH_CONNECTION_LSTM -> lstm(name + ".cell", h, zero, zero);
            default ->
                new double[][] {
                    h,
                    stage.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED
                            ? plus(times(h, tensors.get(name + ".hidden")), vector(tensors.get(name + ".hidden_bias")))
                            : zero
                };
        };
    }

    private double[][] next(int layer, int stageNumber, double[] y, double[] h, double[] c) {
        DepthConnection connection = spec.getDepthConnection();
        if (spec.getStagesCount() == 0) {
            return new double[][] {y, c};
        }
        Stage stage = spec.getStages(stageNumber - 1);
        String cell = (stage.getSharedCell() ? "stage." + stageNumber : "layer." + layer) + ".cell";
        int k = h.length;
        return switch (connection) {
            case DEPTH_CONNECTION_RESIDUAL -> new double[][] {plus(h, y), c};
            case DEPTH_CONNECTION_GRU -> new double[][] {gru(cell, y, h), c};
            case DEPTH_CONNECTION_LSTM -> lstm(cell, y, h, c);
            case DEPTH_CONNECTION_MOMENTUM -> {
                double[] velocity = new double[k];
                for (int j = 0; j < k; j++) {
                    velocity[j] = stage.getMomentum() * c[j] + (1 - stage.getMomentum()) * y[j];
                }
                yield new double[][] {plus(h, velocity), velocity};
            }
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> {
                double[][] gates = gates(cell, y, h, 3);
                double[] n = candidate(cell, y, h, gates[1]);
                double[] mixed = new double[k];
                for (int j = 0; j < k; j++) {
                    double z = 1 - stage.getMaxForget() + stage.getMaxForget() * sigmoid(gates[0][j]);
                    mixed[j] = z * c[j] + (1 - z) * n[j];
                }
                yield new double[][] {mixed, h};
            }
            default -> throw new IllegalArgumentException(connection.name());
        };
    }

    private double[] gru(String cell, double[] x, double[] h) {
        double[][] gates = gates(cell, x, h, 3);
        double[] n = candidate(cell, x, h, gates[1]);
        double[] out = new double[h.length];
        for (int j = 0; j < out.length; j++) {
            double z = sigmoid(gates[0][j]);
            out[j] = (1 - z) * h[j] + z * n[j];
        }
        return out;
    }

    private double[] candidate(String cell, double[] x, double[] h, double[] reset) {
        double[] kept = new double[h.length];
        for (int j = 0; j < kept.length; j++) {
            kept[j] = sigmoid(reset[j]) * h[j];
        }
        double[] n = gates(cell, x, kept, 3)[2];
        for (int j = 0; j < n.length; j++) {
            n[j] = Math.tanh(n[j]);
        }
        return n;
    }

    private double[][] lstm(String cell, double[] x, double[] h, double[] c) {
        double[][] gates = gates(cell, x, h, 4);
        double[] next = new double[c.length];
        double[] out = new double[c.length];
        for (int j = 0; j < c.length; j++) {
            next[j] = sigmoid(gates[1][j]) * c[j] + sigmoid(gates[0][j]) * Math.tanh(gates[2][j]);
            out[j] = sigmoid(gates[3][j]) * Math.tanh(next[j]);
        }
        return new double[][] {out, next};
    }

    /** x W + h U + b, gate by gate. */
    private double[][] gates(String cell, double[] x, double[] h, int count) {
        double[] all = plus(
                plus(times(x, tensors.get(cell + ".input")), times(h, tensors.get(cell + ".recurrent"))),
                vector(tensors.get(cell + ".bias")));
        double[][] gates = new double[count][];
        for (int g = 0; g < count; g++) {
            gates[g] = Arrays.copyOfRange(all, g * h.length, (g + 1) * h.length);
        }
        return gates;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
