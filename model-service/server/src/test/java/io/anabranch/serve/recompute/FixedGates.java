package io.anabranch.serve.recompute;

import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.Tensor;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A forward pass over all vertices as a list of linear terms: recorded once, then run again with the same gates, winners, shares and divisors
 * and with single messages or vertices made weaker. A second way to contributions, by differences instead of a reverse pass.
 */
final class FixedGates {

    /**
     * A term of a row.
     *
     * @param edge of the target's in-edges; -1: its own row
     * @param columns of the row below, each times a factor
     * @param matrix [columns, out]; the result is added
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Term(int edge, int from, double[] columns, double[] matrix) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Row(double[] bias, List<Term> terms, boolean[] open) {}

    /** What is made weaker: a message into a target. */
    record Message(int hop, int target, int edge) {}

    private final ModelSnapshot model;
    private final ForwardGraph graph;
    /** By layer - 1, by vertex. */
    private final List<List<Row>> rows = new ArrayList<>();

    private final List<double[]> inputs = new ArrayList<>();

    FixedGates(ModelSnapshot model, ForwardGraph graph, List<double[]> inputs) {
        this.model = model;
        this.graph = graph;
        this.inputs.addAll(inputs);
        List<double[]> below = this.inputs;
        for (int l = 1; l <= model.getSpec().getLayersCount(); l++) {
            List<Row> layer = new ArrayList<>();
            List<double[]> values = new ArrayList<>();
            boolean gated = model.getSpec().getLayers(l - 1).getActivation() == Activation.ACTIVATION_RELU;
            for (int v = 0; v < inputs.size(); v++) {
                Row row = record(l, v, below);
                double[] value = value(row, below, edge -> 1);
                for (int j = 0; j < value.length && gated; j++) {
                    row.open()[j] = value[j] > 0;
                    value[j] = Math.max(0, value[j]);
                }
                layer.add(row);
                values.add(value);
            }
            rows.add(layer);
            below = values;
        }
    }

    private double[] tensor(String name) {
        for (Tensor tensor : model.getTensorsList()) {
            if (tensor.getName().equals(name)) {
                var floats = tensor.getData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                double[] values = new double[floats.remaining()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = floats.get(i);
                }
                return values;
            }
        }
        throw new IllegalArgumentException(name);
    }

    private static double[] all(int width, double factor) {
        double[] factors = new double[width];
        Arrays.fill(factors, factor);
        return factors;
    }

    private Row record(int l, int v, List<double[]> below) {
        Layer layer = model.getSpec().getLayers(l - 1);
        int in = layer.getInputWidth();
        List<Term> terms = new ArrayList<>();
        double c = 1 / Math.sqrt(1 + graph.degree(v));
        switch (layer.getConvolution()) {
            case CONVOLUTION_GCN -> {
                double[] weights = tensor("layer." + l + ".neighbor");
                terms.add(new Term(-1, v, all(in, c * c), weights));
                for (int e = 0; e < graph.degree(v); e++) {
                    double other = 1 / Math.sqrt(1 + graph.degree(graph.source(v, e)));
                    terms.add(new Term(e, graph.source(v, e), all(in, c * other * graph.weight(v, e)), weights));
                }
            }
            case CONVOLUTION_GAT -> attention(l, v, below, terms);
            default -> {
                terms.add(new Term(-1, v, all(in, 1), tensor("layer." + l + ".self")));
                Map<String, List<Integer>> byRelation = new HashMap<>();
                for (int e = 0; e < graph.degree(v); e++) {
                    String type = graph.type(v, e);
                    String relation = layer.getRelationsList().contains(type) ? type : "";
                    if (layer.getRelationsCount() == 0
                            || layer.getRelationsList().contains(relation)) {
                        byRelation
                                .computeIfAbsent(relation, r -> new ArrayList<>())
                                .add(e);
                    }
                }
                byRelation.forEach((relation, members) -> {
                    double[] weights = tensor("layer." + l + ".neighbor" + (relation.isEmpty() ? "" : "." + relation));
                    for (int e : members) {
                        double factor = (double) graph.weight(v, e)
                                / (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MEAN ? members.size() : 1);
                        double[] columns = all(in, factor);
                        if (layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MAX
                                || layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MIN) {
                            for (int i = 0; i < in; i++) {
                                columns[i] = winner(layer, v, i, members, below) == e ? factor : 0;
                            }
                        }
                        terms.add(new Term(e, graph.source(v, e), columns, weights));
                    }
                });
            }
        }
        boolean[] open = new boolean[layer.getOutputWidth()];
        Arrays.fill(open, true);
        return new Row(tensor("layer." + l + ".bias"), terms, open);
    }

    private int winner(Layer layer, int v, int column, List<Integer> members, List<double[]> below) {
        boolean greatest = layer.getConvolution() == Convolution.CONVOLUTION_SAGE_MAX;
        int winner = members.getFirst();
        for (int e : members) {
            double here = graph.weight(v, e) * below.get(graph.source(v, e))[column];
            double best = graph.weight(v, winner) * below.get(graph.source(v, winner))[column];
            if (greatest ? here > best : here < best) {
                winner = e;
            }
        }
        return winner;
    }

    private void attention(int l, int v, List<double[]> below, List<Term> terms) {
        Layer layer = model.getSpec().getLayers(l - 1);
        int in = layer.getInputWidth();
        boolean averaged = layer.getHeadCombination() == HeadCombination.HEAD_COMBINATION_AVERAGED;
        int heads = layer.getHeads();
        int c = averaged ? layer.getOutputWidth() : layer.getOutputWidth() / heads;
        double[] weights = tensor("layer." + l + ".neighbor");
        for (int k = 0; k < heads; k++) {
            // Of this head alone, at its place in the output.
            double[] block = new double[in * layer.getOutputWidth()];
            for (int i = 0; i < in; i++) {
                for (int j = 0; j < c; j++) {
                    block[i * layer.getOutputWidth() + (averaged ? 0 : k * c) + j] =
                            weights[i * heads * c + k * c + j] / (averaged ? heads : 1);
                }
            }
            double own = exponent(l, k, c, v, v, below);
            double total = own;
            double[] exponents = new double[graph.degree(v)];
            for (int e = 0; e < exponents.length; e++) {
                exponents[e] = Math.max(0, graph.weight(v, e)) * exponent(l, k, c, graph.source(v, e), v, below);
                total += exponents[e];
            }
            terms.add(new Term(-1, v, all(in, own / total), block));
            for (int e = 0; e < exponents.length; e++) {
                terms.add(new Term(e, graph.source(v, e), all(in, exponents[e] / total), block));
            }
        }
    }

    private double exponent(int l, int k, int c, int u, int v, List<double[]> below) {
        double[] weights = tensor("layer." + l + ".neighbor");
        double[] source = tensor("layer." + l + ".attention_source");
        double[] target = tensor("layer." + l + ".attention_target");
        int in = below.get(u).length;
        int width = weights.length / in;
        double score = 0;
        for (int j = k * c; j < (k + 1) * c; j++) {
            for (int i = 0; i < in; i++) {
                score += source[j] * below.get(u)[i] * weights[i * width + j];
                score += target[j] * below.get(v)[i] * weights[i * width + j];
            }
        }
        return Math.exp(score > 0 ? score : 0.2f * score);
    }

    private interface Strength {
        double of(int edge);
    }

    private static double[] value(Row row, List<double[]> below, Strength strength) {
        double[] sum = row.bias().clone();
        for (Term term : row.terms()) {
            double[] from = below.get(term.from());
            for (int i = 0; i < from.length; i++) {
                for (int j = 0; j < sum.length; j++) {
                    sum[j] +=
                            strength.of(term.edge()) * term.columns()[i] * from[i] * term.matrix()[i * sum.length + j];
                }
            }
        }
        return sum;
    }

    /** The embedding of a vertex, of a graph that was read as a whole, with these messages times a strength, and one vertex's features times another. */
    double[] embedding(int v, List<Message> weaker, double strength, int vertex, double features) {
        List<double[]> below = new ArrayList<>(inputs);
        if (vertex >= 0) {
            double[] row = inputs.get(vertex).clone();
            for (int i = 0; i < row.length; i++) {
                row[i] *= features;
            }
            below.set(vertex, row);
        }
        int layers = rows.size();
        for (int l = 1; l <= layers; l++) {
            int hop = layers - l + 1;
            List<double[]> values = new ArrayList<>();
            for (int at = 0; at < inputs.size(); at++) {
                Row row = rows.get(l - 1).get(at);
                int target = at;
                double[] sum = value(row, below, e -> weaker.contains(new Message(hop, target, e)) ? strength : 1);
                for (int j = 0; j < sum.length; j++) {
                    sum[j] = row.open()[j] ? sum[j] : 0;
                }
                values.add(sum);
            }
            below = values;
        }
        return below.get(v);
    }
}
