package io.anabranch.standalone.chaos;

import static java.util.Objects.requireNonNull;

import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.standalone.chaos.FoldedGraph.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a history encoder shows of a vertex, as its definition says it: double precision, plain loops, from the snapshot's spec and tensors. */
final class DoubleHistory {
    private final HistoryEncoder spec;
    private final Map<String, double[]> tensors;
    private final int half;

    DoubleHistory(HistoryEncoder spec, Map<String, double[]> tensors) {
        this.spec = spec;
        this.tensors = tensors;
        half = spec.getWidth() / 2;
    }

    double[] shown(String vertex, List<Step> steps) {
        boolean lstm = spec.getCell() == HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM;
        double[][] h = new double[2][half];
        double[][] c = new double[2][half];
        for (int i = 0; i < steps.size(); i++) {
            double[] x = told(vertex, steps.get(i), i == 0 ? null : steps.get(i - 1));
            for (int p = 0; p < 2; p++) {
                if (lstm) {
                    lstm(p, x, h, c[p]);
                } else {
                    gru(p, x, h);
                }
            }
        }
        double[] shown = new double[spec.getWidth()];
        System.arraycopy(h[0], 0, shown, 0, half);
        System.arraycopy(h[1], 0, shown, half, half);
        return shown;
    }

    private void gru(int p, double[] x, double[][] h) {
        double[] own = h[p];
        double[] other = h[1 - p];
        double[] reset = new double[half];
        for (int j = 0; j < half; j++) {
            reset[j] = logistic(column(p, 3, 1, j, x, other)) * other[j];
        }
        double[] next = new double[half];
        for (int j = 0; j < half; j++) {
            double z = limited(logistic(column(p, 3, 0, j, x, other)));
            next[j] = z * own[j] + (1 - z) * Math.tanh(column(p, 3, 2, j, x, reset));
        }
        h[p] = next;
    }

    private void lstm(int p, double[] x, double[][] h, double[] c) {
        double[] other = h[1 - p];
        double[] next = new double[half];
        for (int j = 0; j < half; j++) {
            double z = limited(logistic(column(p, 5, 0, j, x, other)));
            double keep = limited(logistic(column(p, 5, 1, j, x, other)));
            double f = logistic(column(p, 5, 2, j, x, other));
            double q = logistic(column(p, 5, 3, j, x, other));
            double g = Math.tanh(column(p, 5, 4, j, x, other));
            c[j] = z * c[j] + f * g;
            next[j] = keep * h[p][j] + q * Math.tanh(c[j]);
        }
        h[p] = next;
    }

    /** One column of a block of {@code x W + o U + b}. */
    private double column(int p, int blocks, int block, int j, double[] x, double[] o) {
        String prefix = "history." + (p + 1);
        int column = block * half + j;
        int columns = blocks * half;
        double sum = tensor(prefix + ".bias")[column];
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * tensor(prefix + ".input")[i * columns + column];
        }
        for (int i = 0; i < half; i++) {
            sum += o[i] * tensor(prefix + ".recurrent")[i * columns + column];
        }
        return sum;
    }

    private double[] told(String vertex, Step step, @Nullable Step before) {
        int types = spec.getEdgeTypesCount();
        double[] x = new double[11 + 1 + types + 1 + spec.getIdentityWidth()];
        if (before == null) {
            x[10] = 1;
        } else {
            double seconds = (step.time() - before.time()) / 1000.0;
            double span = Math.log(spec.getLongestGapS()) - Math.log(spec.getShortestGapS());
            double place = (Math.log(seconds) - Math.log(spec.getShortestGapS())) / span * 9;
            place = Math.max(0, Math.min(9, place));
            int k = Math.min((int) Math.floor(place), 8);
            x[k] = k + 1 - place;
            x[k + 1] = place - k;
        }
        boolean source = step.edge().source().equals(vertex);
        x[11] = source ? 1 : 0;
        for (int t = 0; t < types; t++) {
            x[12 + t] = spec.getEdgeTypes(t).equals(step.edge().type()) ? 1 : 0;
        }
        double weight = ((double) step.weight() - spec.getWeightMean()) * spec.getWeightScale();
        x[12 + types] = Math.max(-1e6, Math.min(1e6, weight));
        long f = 0xcbf29ce484222325L;
        for (byte b : (source ? step.edge().target() : step.edge().source()).getBytes(StandardCharsets.UTF_8)) {
            f ^= b & 0xff;
            f *= 0x100000001b3L;
        }
        for (int i = 0; i < spec.getIdentityWidth(); i++) {
            long bits = mix(f + (i / 64 + 1) * 0x9e3779b97f4a7c15L);
            x[13 + types + i] = (bits >>> (i % 64) & 1) != 0 ? 1 : -1;
        }
        return x;
    }

    private static long mix(long x) {
        x ^= x >>> 30;
        x *= 0xbf58476d1ce4e5b9L;
        x ^= x >>> 27;
        x *= 0x94d049bb133111ebL;
        x ^= x >>> 31;
        return x;
    }

    private double limited(double gate) {
        return 1 - spec.getMaxForget() + spec.getMaxForget() * gate;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private double[] tensor(String name) {
        return requireNonNull(tensors.get(name), name);
    }
}
