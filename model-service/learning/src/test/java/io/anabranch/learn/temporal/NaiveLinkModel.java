package io.anabranch.learn.temporal;

import io.anabranch.graph.history.GapCode;
import io.anabranch.learn.nn.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The model as its definition says, in loops over doubles: for every candidate all events are walked through from the first, those of an end
 * that come before the candidate's time are read by its cell, and the head's formula is written out. Knows nothing of windows, packing and
 * binary searches.
 */
final class NaiveLinkModel implements LinkScorer {

    /** What happened. */
    private final EventHistory happened;
    /** What is read. */
    private EventHistory history;

    private final VertexFeatures features;
    private final Map<String, Parameter> parameters = new HashMap<>();
    /** Events that times and features are scaled by. */
    private final int scaled;

    private final GapCode gaps;

    NaiveLinkModel(EventHistory history, VertexFeatures features, TemporalLinkModel model, int scaled) {
        this.happened = history;
        this.history = history;
        this.features = features;
        this.scaled = scaled;
        model.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        double shortest = Double.POSITIVE_INFINITY;
        for (int e = 0; e < scaled; e++) {
            for (int end : new int[] {history.source(e), history.target(e)}) {
                double gap = gap(end, e, history.time(e));
                shortest = gap > 0 ? Math.min(shortest, gap) : shortest;
            }
        }
        gaps = new GapCode(shortest, history.time(scaled - 1) - history.time(0));
    }

    /** The same where a log is read in place of what happened. */
    NaiveLinkModel reading(EventHistory log) {
        history = log;
        return this;
    }

    @Override
    public float[] scores(LinkQueries queries) {
        float[] scores = new float[queries.size()];
        for (int q = 0; q < scores.length; q++) {
            scores[q] = (float) score(queries.source(q), queries.target(q), happened.time(queries.event(q)));
        }
        return scores;
    }

    private double score(int u, int v, double time) {
        double[] zu = joined(state(u, time), features(u));
        double[] zv = joined(state(v, time), features(v));
        int hidden = parameter("head.gaps.bias").columns();
        int rank = parameter("head.features.weight").columns() / 2;
        double[] rowsU = times(zu, "head.rows.weight");
        double[] rowsV = times(zv, "head.rows.weight");
        double[] featuresU = times(features(u), "head.features.weight");
        double[] featuresV = times(features(v), "head.features.weight");
        double[] products = new double[2 * rank];
        for (int i = 0; i < rank; i++) {
            products[i] = rowsU[hidden + i] * featuresV[rank + i];
            products[rank + i] = rowsV[hidden + rank + hidden + i] * featuresU[i];
        }
        double[] sum = plus(
                times(joined(code(gapBefore(u, time)), code(gapBefore(v, time))), "head.gaps.weight"),
                "head.gaps.bias");
        double[] ofProducts = times(products, "head.products.weight");
        double[] units = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            units[i] = Math.max(0, sum[i] + ofProducts[i] + rowsU[i] + rowsV[hidden + rank + i]);
        }
        return plus(times(units, "head.out.weight"), "head.out.bias")[0];
    }

    private double[] state(int vertex, double time) {
        double[] cell = new double[0];
        double[] output = new double[0];
        if (!parameters.containsKey("cell.recurrent")) {
            return output;
        }
        int width = parameter("cell.recurrent").rows();
        boolean lstm = parameter("cell.recurrent").columns() == 4 * width;
        cell = new double[width];
        output = new double[width];
        double last = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < history.events() && history.time(e) < time; e++) {
            if (history.source(e) == vertex || history.target(e) == vertex) {
                double[] x = input(vertex, e, history.time(e) - last);
                if (lstm) {
                    double[] gates = gates(x, output);
                    for (int i = 0; i < width; i++) {
                        cell[i] = sigmoid(gates[width + i]) * cell[i]
                                + sigmoid(gates[i]) * Math.tanh(gates[2 * width + i]);
                        output[i] = sigmoid(gates[3 * width + i]) * Math.tanh(cell[i]);
                    }
                } else {
                    output = gru(x, output);
                }
                last = history.time(e);
            }
        }
        return output;
    }

    private double[] gates(double[] x, double[] output) {
        double[] ofInput = plus(times(x, "cell.input"), "cell.bias");
        double[] ofState = times(output, "cell.recurrent");
        for (int i = 0; i < ofInput.length; i++) {
            ofInput[i] += ofState[i];
        }
        return ofInput;
    }

    private double[] gru(double[] x, double[] state) {
        int width = state.length;
        double[] read = plus(times(x, "cell.input"), "cell.bias");
        double[] ofState = times(state, "cell.recurrent");
        double[] reset = new double[width];
        for (int i = 0; i < width; i++) {
            reset[i] = sigmoid(read[width + i] + ofState[width + i]) * state[i];
        }
        double[] ofReset = times(reset, "cell.recurrent");
        double[] next = new double[width];
        for (int i = 0; i < width; i++) {
            double z = sigmoid(read[i] + ofState[i]);
            next[i] = (1 - z) * state[i] + z * Math.tanh(read[2 * width + i] + ofReset[2 * width + i]);
        }
        return next;
    }

    private double[] input(int vertex, int event, double gap) {
        boolean source = history.source(event) == vertex;
        double[] numbers = new double[1 + history.featureWidth()];
        numbers[0] = source ? 1 : 0;
        for (int i = 0; i < history.featureWidth(); i++) {
            double sum = 0;
            double squares = 0;
            for (int e = 0; e < scaled; e++) {
                sum += happened.feature(e, i);
                squares += happened.feature(e, i) * happened.feature(e, i);
            }
            double mean = sum / scaled;
            numbers[1 + i] = (history.feature(event, i) - mean) / Math.sqrt(squares / scaled - mean * mean);
        }
        return joined(code(gap), numbers, features(source ? history.target(event) : history.source(event)));
    }

    private double gapBefore(int vertex, double time) {
        return gap(vertex, history.events(), time);
    }

    /** Since the vertex's last event of those below a number, before a time or, where the number is below the events, at it. */
    private double gap(int vertex, int below, double time) {
        double last = Double.NEGATIVE_INFINITY;
        for (int e = 0; e < below; e++) {
            if ((history.source(e) == vertex || history.target(e) == vertex)
                    && (below < history.events() || history.time(e) < time)) {
                last = history.time(e);
            }
        }
        return Double.isInfinite(last) && below < history.events() ? 0 : time - last;
    }

    private double[] code(double gap) {
        float[] code = new float[GapCode.WIDTH];
        gaps.write(gap, code, 0);
        return doubles(code);
    }

    private double[] features(int vertex) {
        float[] row = new float[features.width()];
        features.write(vertex, row, 0);
        return doubles(row);
    }

    private Parameter parameter(String name) {
        return Objects.requireNonNull(parameters.get(name));
    }

    private double[] times(double[] x, String name) {
        Parameter weight = parameter(name);
        double[] y = new double[weight.columns()];
        for (int i = 0; i < weight.rows(); i++) {
            for (int j = 0; j < y.length; j++) {
                y[j] += x[i] * weight.tensor().get(i, j);
            }
        }
        return y;
    }

    private double[] plus(double[] x, String name) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] += parameter(name).tensor().get(0, i);
        }
        return y;
    }

    private static double[] joined(double[]... parts) {
        List<Double> all = new ArrayList<>();
        for (double[] part : parts) {
            for (double value : part) {
                all.add(value);
            }
        }
        return all.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double[] doubles(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
