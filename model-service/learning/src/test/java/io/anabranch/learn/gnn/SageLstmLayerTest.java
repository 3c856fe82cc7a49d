package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.graph.hag.HagCapacity;
import io.anabranch.graph.hag.pass.ReadingSteps;
import io.anabranch.graph.hag.search.PrefixSharing;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SageLstmLayerTest {

    private static final int WIDTH = 5;
    private static final int LSTM = 3;
    private static final int OUT = 4;

    /** Cliques that overlap, single edges, and vertices that read nothing or are read by nobody. */
    private record Lists(int vertices, int[] offsets, int[] neighbours) {

        static Lists random(RandomGenerator random, int vertices) {
            List<List<Integer>> rows = new ArrayList<>();
            for (int v = 0; v < vertices; v++) {
                rows.add(new ArrayList<>());
            }
            for (int clique = 0; clique < vertices / 6; clique++) {
                int from = random.nextInt(vertices - 7);
                for (int v = from; v < from + 7; v++) {
                    for (int u = from; u < from + 7; u++) {
                        if (u != v && !rows.get(v).contains(u)) {
                            rows.get(v).add(u);
                        }
                    }
                }
            }
            for (int i = 0; i < vertices; i++) {
                rows.get(random.nextInt(vertices)).add(random.nextInt(vertices));
            }
            int[] offsets = new int[vertices + 1];
            for (int v = 0; v < vertices; v++) {
                offsets[v + 1] = offsets[v] + rows.get(v).size();
            }
            return new Lists(
                    vertices,
                    offsets,
                    rows.stream()
                            .flatMap(List::stream)
                            .mapToInt(Integer::intValue)
                            .toArray());
        }

        ReadingSteps steps(PrefixSharing.Order order, HagCapacity capacity) {
            return ReadingSteps.of(
                    PrefixSharing.search(vertices, offsets, neighbours, order).plan(capacity));
        }
    }

    private static double[] features(RandomGenerator random, int vertices) {
        return random.doubles((long) vertices * WIDTH, -1, 1).toArray();
    }

    private static SageLstmLayer layer(DataType type) {
        return SageLstmLayer.create("layer", type, WIDTH, LSTM, OUT, new SplittableRandom(5));
    }

    /** By loops over scalars. */
    private static double[] expected(SageLstmLayer layer, Lists lists, double[] x) {
        List<double[]> weights = layer.parameters().stream()
                .map(parameter -> parameter.tensor().toDoubles())
                .toList();
        double[] w = weights.get(0);
        double[] u = weights.get(1);
        double[] b = weights.get(2);
        double[] y = new double[lists.vertices() * OUT];
        for (int v = 0; v < lists.vertices(); v++) {
            double[] h = new double[LSTM];
            double[] c = new double[LSTM];
            for (int e = lists.offsets()[v]; e < lists.offsets()[v + 1]; e++) {
                double[] z = b.clone();
                for (int g = 0; g < 4 * LSTM; g++) {
                    for (int i = 0; i < WIDTH; i++) {
                        z[g] += x[lists.neighbours()[e] * WIDTH + i] * w[i * 4 * LSTM + g];
                    }
                    for (int i = 0; i < LSTM; i++) {
                        z[g] += h[i] * u[i * 4 * LSTM + g];
                    }
                }
                for (int i = 0; i < LSTM; i++) {
                    c[i] = sigmoid(z[LSTM + i]) * c[i] + sigmoid(z[i]) * Math.tanh(z[2 * LSTM + i]);
                    h[i] = sigmoid(z[3 * LSTM + i]) * Math.tanh(c[i]);
                }
            }
            for (int j = 0; j < OUT; j++) {
                double sum = weights.get(5)[j];
                for (int i = 0; i < WIDTH; i++) {
                    sum += x[v * WIDTH + i] * weights.get(3)[i * OUT + j];
                }
                for (int i = 0; i < LSTM; i++) {
                    sum += h[i] * weights.get(4)[i * OUT + j];
                }
                y[v * OUT + j] = sum;
            }
        }
        return y;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static Variable apply(Tape tape, SageLstmLayer layer, ReadingSteps steps, DataType type, double[] x) {
        Tensor input = Tensor.of(tape.scope(), type, steps.sources(), WIDTH, x);
        return layer.apply(tape.variable(input), steps);
    }

    @Test
    void readsTheNeighboursInOrder() {
        SplittableRandom random = new SplittableRandom(1);
        Lists lists = Lists.random(random, 40);
        double[] x = features(random, 40);
        try (TensorScope scope = TensorScope.open()) {
            SageLstmLayer layer = layer(DataType.FLOAT64);
            double[] expected = expected(layer, lists, x);
            for (HagCapacity capacity : List.of(HagCapacity.nodes(0), HagCapacity.nodes(7), HagCapacity.UNLIMITED)) {
                ReadingSteps steps = lists.steps(PrefixSharing.Order.GIVEN, capacity);
                assertThat(apply(new Tape(scope), layer, steps, DataType.FLOAT64, x)
                                .value()
                                .toDoubles())
                        .containsExactly(expected, within(1e-12));
            }
            layer.parameters().forEach(Parameter::close);
        }
    }

    @Test
    void sharedPrefixesGiveTheSameBits() {
        SplittableRandom random = new SplittableRandom(2);
        for (int run = 0; run < 20; run++) {
            int vertices = 30 + random.nextInt(200);
            Lists lists = Lists.random(random, vertices);
            double[] x = features(random, vertices);
            try (TensorScope scope = TensorScope.open()) {
                SageLstmLayer layer = layer(DataType.FLOAT32);
                ReadingSteps alone = lists.steps(PrefixSharing.Order.DEGREE, HagCapacity.nodes(0));
                ReadingSteps shared = lists.steps(PrefixSharing.Order.DEGREE, HagCapacity.UNLIMITED);
                assertThat(shared.states()).isLessThan(alone.states());
                assertThat(apply(new Tape(scope), layer, shared, DataType.FLOAT32, x)
                                .value()
                                .toFloats())
                        .isEqualTo(apply(new Tape(scope), layer, alone, DataType.FLOAT32, x)
                                .value()
                                .toFloats());
                layer.parameters().forEach(Parameter::close);
            }
        }
    }

    private static double loss(SageLstmLayer layer, ReadingSteps steps, double[] x, double[] direction) {
        try (TensorScope scope = TensorScope.open()) {
            double[] y = apply(new Tape(scope), layer, steps, DataType.FLOAT64, x)
                    .value()
                    .toDoubles();
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += y[i] * direction[i];
            }
            return sum;
        }
    }

    private static List<double[]> gradients(SageLstmLayer layer, ReadingSteps steps, double[] x, double[] direction) {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable input = tape.variable(Tensor.of(scope, DataType.FLOAT64, steps.sources(), WIDTH, x));
            Variable output = layer.apply(input, steps);
            Variable cotangent =
                    tape.constant(Tensor.of(scope, DataType.FLOAT64, output.rows(), output.columns(), direction));
            List<Variable> by = new ArrayList<>(List.of(input));
            layer.parameters().forEach(parameter -> by.add(parameter.on(tape)));
            return tape.gradients(output, cotangent, by, false).stream()
                    .map(gradient -> gradient.value().toDoubles())
                    .toList();
        }
    }

    @Test
    void gradientsAreThoseOfDifferencesSharedOrNot() {
        SplittableRandom random = new SplittableRandom(3);
        Lists lists = Lists.random(random, 14);
        double[] x = features(random, 14);
        double[] direction = random.doubles(14 * OUT, -1, 1).toArray();
        SageLstmLayer layer = layer(DataType.FLOAT64);
        ReadingSteps alone = lists.steps(PrefixSharing.Order.ID, HagCapacity.nodes(0));
        ReadingSteps shared = lists.steps(PrefixSharing.Order.ID, HagCapacity.UNLIMITED);
        List<double[]> found = gradients(layer, shared, x, direction);
        List<double[]> unshared = gradients(layer, alone, x, direction);
        double step = 1e-6;
        for (int i = 0; i < found.size(); i++) {
            assertThat(unshared.get(i)).containsExactly(found.get(i), within(1e-12));
            double[] values =
                    i == 0 ? x : layer.parameters().get(i - 1).tensor().toDoubles();
            for (int k = 0; k < values.length; k++) {
                double kept = values[k];
                values[k] = kept + step;
                assign(layer, i, values);
                double up = loss(layer, shared, x, direction);
                values[k] = kept - step;
                assign(layer, i, values);
                double down = loss(layer, shared, x, direction);
                values[k] = kept;
                assign(layer, i, values);
                assertThat(found.get(i)[k])
                        .as("element %d of input %d", k, i)
                        .isCloseTo((up - down) / (2 * step), within(1e-7));
            }
        }
        layer.parameters().forEach(Parameter::close);
    }

    private static void assign(SageLstmLayer layer, int input, double[] values) {
        if (input > 0) {
            layer.parameters().get(input - 1).tensor().assign(values);
        }
    }

    @Test
    void aGraphWithoutEdgesReadsNothing() {
        try (TensorScope scope = TensorScope.open()) {
            SageLstmLayer layer = layer(DataType.FLOAT64);
            Lists lists = new Lists(3, new int[4], new int[0]);
            double[] x = features(new SplittableRandom(4), 3);
            ReadingSteps steps = lists.steps(PrefixSharing.Order.ID, HagCapacity.UNLIMITED);
            assertThat(steps.ends()).containsOnly(ReadingSteps.NO_STATE);
            assertThat(apply(new Tape(scope), layer, steps, DataType.FLOAT64, x)
                            .value()
                            .toDoubles())
                    .containsExactly(expected(layer, lists, x), within(1e-14));
            double[] fewer = Arrays.copyOf(x, 2 * WIDTH);
            Variable short2 = new Tape(scope).constant(Tensor.of(scope, DataType.FLOAT64, 2, WIDTH, fewer));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> layer.apply(short2, steps))
                    .withMessageContaining("3 sources")
                    .withMessageContaining("[2, 5]");
            layer.parameters().forEach(Parameter::close);
        }
    }
}
