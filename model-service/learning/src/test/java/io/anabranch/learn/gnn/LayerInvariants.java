package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.gnn.NaiveForward.Edge;
import io.anabranch.learn.gnn.RandomModels.Sample;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What holds of every graph layer, whatever it computes: shape, indifference to edge order, and to how nodes are numbered. */
final class LayerInvariants {

    private LayerInvariants() {}

    /** Checks a model of any layers on a sample of its graph. */
    static void check(ModelSnapshot model, Sample sample, RandomGenerator random) {
        int n = sample.features().length;
        double[][] expected = embeddings(model, sample.graph(), sample.rows());
        int width =
                model.getSpec().getLayers(model.getSpec().getLayersCount() - 1).getOutputWidth();
        assertThat(expected).hasDimensions(n, width);

        List<Edge> shuffled = new ArrayList<>(sample.edges());
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        requireClose(embeddings(model, RandomModels.graph(n, shuffled), sample.rows()), expected);

        List<Integer> numbers = new ArrayList<>();
        for (int v = 0; v < n; v++) {
            numbers.add(v);
        }
        Collections.shuffle(numbers, new Random(random.nextLong()));
        double[][] features = new double[n][];
        double[][] moved = new double[n][];
        for (int v = 0; v < n; v++) {
            features[numbers.get(v)] = sample.features()[v];
            moved[numbers.get(v)] = expected[v];
        }
        List<Edge> renumbered = shuffled.stream()
                .map(edge -> new Edge(numbers.get(edge.source()), numbers.get(edge.target()), edge.weight()))
                .toList();
        FeatureRows rows = sample.rows() instanceof FeatureRows.Sparse
                ? RandomModels.sparse(features)
                : RandomModels.dense(features);
        requireClose(embeddings(model, RandomModels.graph(n, renumbered), rows), moved);
    }

    /** The embeddings as the encoder computes them on a tape, FLOAT64. */
    static double[][] embeddings(ModelSnapshot model, MessageGraph graph, FeatureRows rows) {
        ModelTensors tensors = ModelTensors.of(model);
        FeatureRows encoded = FeatureEncoder.of(model.getSpec(), tensors).encode(rows);
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(model.getSpec(), DataType.FLOAT64, tensors)) {
            double[] flat = encoder.embeddings(
                            new Tape(scope),
                            GraphInput.of(scope, DataType.FLOAT64, graph, encoded),
                            new Dropout(0.5),
                            Pass.inference())
                    .value()
                    .toDoubles();
            int width = flat.length / graph.vertices();
            double[][] values = new double[graph.vertices()][width];
            for (int i = 0; i < flat.length; i++) {
                values[i / width][i % width] = flat[i];
            }
            return values;
        }
    }

    static void requireClose(double[][] actual, double[][] expected) {
        for (int v = 0; v < expected.length; v++) {
            for (int j = 0; j < expected[v].length; j++) {
                assertThat(actual[v][j])
                        .as("vertex %d, column %d", v, j)
                        .isCloseTo(expected[v][j], within(1e-5 * (1 + Math.abs(expected[v][j]))));
            }
        }
    }
}
