package io.anabranch.learn.history;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What model.proto says of histories, word by word, in double precision over a plain list of mutations. Slow and obvious. */
public final class NaiveHistory {

    private record Step(long time, EdgeId edge, double weight) {}

    private record Event(EdgeId edge, long time) {}

    private final HistoryEncoder history;
    private final ModelTensors tensors;
    private final int half;

    private NaiveHistory(ModelSnapshot model) {
        history = model.getSpec().getHistory();
        tensors = ModelTensors.of(model);
        half = history.getWidth() / 2;
    }

    /** What the cell shows of each vertex after all mutations. */
    public static double[][] shown(ModelSnapshot model, List<String> vertices, List<GraphMutation> mutations) {
        NaiveHistory naive = new NaiveHistory(model);
        return vertices.stream()
                .map(vertex -> naive.shown(vertex, steps(vertex, mutations)))
                .toArray(double[][]::new);
    }

    private static List<Step> steps(String vertex, List<GraphMutation> mutations) {
        Map<Event, Step> steps = new LinkedHashMap<>();
        List<Event> erased = new ArrayList<>();
        long deleted = -1;
        for (GraphMutation mutation : mutations) {
            switch (mutation) {
                case GraphMutation.UpsertEdge m
                when m.provenance() == Provenance.OBSERVED ->
                    steps.put(new Event(m.edge(), m.time()), new Step(m.time(), m.edge(), m.weight()));
                case GraphMutation.EraseEdge m -> erased.add(new Event(m.edge(), m.erasedTime()));
                case GraphMutation.RemoveNode m when m.id().equals(vertex) -> deleted = Math.max(deleted, m.time());
                default -> {}
            }
        }
        erased.forEach(steps::remove);
        long after = deleted;
        return steps.values().stream()
                .filter(step -> step.edge().source().equals(vertex)
                        || step.edge().target().equals(vertex))
                .filter(step -> step.time() > after)
                .sorted(Comparator.comparingLong(Step::time)
                        .thenComparing(step -> step.edge().source())
                        .thenComparing(step -> step.edge().target())
                        .thenComparing(step -> step.edge().type()))
                .toList();
    }

    private double[] shown(String vertex, List<Step> steps) {
        double[][] hidden = new double[2][half];
        double[][] cells = new double[2][half];
        @Nullable Long before = null;
        for (Step step : steps) {
            double[] x = input(vertex, before, step);
            for (int p = 0; p < 2; p++) {
                turn(p + 1, x, hidden[p], hidden[1 - p], cells[p]);
            }
            before = step.time();
        }
        double[] shown = new double[2 * half];
        System.arraycopy(hidden[0], 0, shown, 0, half);
        System.arraycopy(hidden[1], 0, shown, half, half);
        return shown;
    }

    private double[] input(String vertex, @Nullable Long before, Step step) {
        List<Double> x = new ArrayList<>();
        double[] gap = new double[11];
        if (before == null) {
            gap[10] = 1;
        } else {
            double s = (step.time() - before) / 1000.0;
            double least = Math.log(history.getShortestGapS());
            double p = (Math.log(s) - least) / (Math.log(history.getLongestGapS()) - least) * 9;
            p = Math.min(9, Math.max(0, p));
            int k = (int) Math.min(Math.floor(p), 8);
            gap[k] = k + 1 - p;
            gap[k + 1] = p - k;
        }
        for (double number : gap) {
            x.add(number);
        }
        boolean source = step.edge().source().equals(vertex);
        x.add(source ? 1.0 : 0.0);
        history.getEdgeTypesList().forEach(type -> x.add(type.equals(step.edge().type()) ? 1.0 : 0.0));
        x.add(Math.clamp((step.weight() - history.getWeightMean()) * history.getWeightScale(), -1e6, 1e6));
        String other = source ? step.edge().target() : step.edge().source();
        for (int i = 0; i < history.getIdentityWidth(); i++) {
            x.add(sign(other, i));
        }
        return x.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double sign(String id, int i) {
        long f = 0xcbf29ce484222325L;
        for (byte each : id.getBytes(StandardCharsets.UTF_8)) {
            f ^= each & 0xff;
            f *= 0x100000001b3L;
        }
        long x = f + (i / 64 + 1) * 0x9e3779b97f4a7c15L;
        x ^= x >>> 30;
        x *= 0xbf58476d1ce4e5b9L;
        x ^= x >>> 27;
        x *= 0x94d049bb133111ebL;
        x ^= x >>> 31;
        return (x >>> i % 64 & 1) == 1 ? 1 : -1;
    }

    /** Changes h and c of half p. */
    private void turn(int p, double[] x, double[] h, double[] other, double[] c) {
        double[] h0 = h.clone();
        if (history.getCell() == HistoryCell.HISTORY_CELL_REVERSIBLE_GRU) {
            double[] r = new double[half];
            for (int j = 0; j < half; j++) {
                r[j] = sigmoid(map(p, 1, j, x, other)) * other[j];
            }
            for (int j = 0; j < half; j++) {
                double z = limited(sigmoid(map(p, 0, j, x, other)));
                double n = Math.tanh(map(p, 2, j, x, r));
                h[j] = z * h0[j] + (1 - z) * n;
            }
            return;
        }
        for (int j = 0; j < half; j++) {
            double z = limited(sigmoid(map(p, 0, j, x, other)));
            double keep = limited(sigmoid(map(p, 1, j, x, other)));
            double f = sigmoid(map(p, 2, j, x, other));
            double q = sigmoid(map(p, 3, j, x, other));
            c[j] = z * c[j] + f * Math.tanh(map(p, 4, j, x, other));
            h[j] = keep * h0[j] + q * Math.tanh(c[j]);
        }
    }

    private double limited(double gate) {
        return 1 - history.getMaxForget() + history.getMaxForget() * gate;
    }

    /** Column j of the block: x W + state U + b. */
    private double map(int p, int block, int j, double[] x, double[] state) {
        WeightTensor input = tensors.get("history.%d.input".formatted(p));
        WeightTensor recurrent = tensors.get("history.%d.recurrent".formatted(p));
        int columns = input.extent(1);
        int column = block * half + j;
        double sum = tensors.get("history.%d.bias".formatted(p)).value(column);
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * input.value(i * columns + column);
        }
        for (int i = 0; i < half; i++) {
            sum += state[i] * recurrent.value(i * columns + column);
        }
        return sum;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
