package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.compress.ChannelPruning;
import io.anabranch.learn.history.EventTrace;
import io.anabranch.learn.history.HistoryFit;
import io.anabranch.learn.history.HistoryInput;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.history.NaiveHistory;
import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.recurrent.NoiseMode;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers over features and what vertices did. */
class HistoryEncoderTest {

    private static final int DIMENSION = 4;
    private static final int WIDTH = 6;

    private final SplittableRandom random = new SplittableRandom(31);
    private final EventTrace trace = EventTrace.random(random, 12, 60, DIMENSION);
    private final MessageGraph graph = MessageGraph.of(trace.snapshot());
    private final FeatureRows features = FeatureRows.of(trace.snapshot().features());

    private ModelSpec spec(DepthConnection connection, HistoryCell cell) {
        int in = DIMENSION + WIDTH;
        ModelSpec wide = connection == DepthConnection.DEPTH_CONNECTION_PLAIN
                ? RandomModels.spec(
                        FeatureEncoding.FEATURE_ENCODING_IDENTITY,
                        List.of(Convolution.CONVOLUTION_SAGE_MEAN, Convolution.CONVOLUTION_GCN),
                        in,
                        5,
                        3)
                : RandomModels.staged(random, connection, List.of(Convolution.CONVOLUTION_GCN), in, 2);
        HistoryEncoder encoder = HistoryEncoder.newBuilder()
                .setCell(cell)
                .setWidth(WIDTH)
                .setMaxForget(0.75f)
                .setIdentityWidth(5)
                .build();
        return wide.toBuilder()
                .setFeatureDimension(DIMENSION)
                .setHistory(HistoryFit.fitted(encoder, trace.histories()))
                .build();
    }

    private double[][] naive(ModelSnapshot model) {
        List<NaiveForward.Edge> edges = new ArrayList<>();
        double[][] rows = new double[graph.vertices()][DIMENSION];
        for (int v = 0; v < graph.vertices(); v++) {
            float[] row = new float[DIMENSION];
            trace.snapshot().features().copyRow(v, row, 0);
            for (int j = 0; j < DIMENSION; j++) {
                rows[v][j] = row[j];
            }
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                edges.add(new NaiveForward.Edge(graph.source(e), v, graph.weight(e)));
            }
        }
        double[][] shown = NaiveHistory.shown(model, trace.snapshot().nodeIds(), trace.mutations());
        assertThat(List.of(shown)).anySatisfy(row -> assertThat(row).isNotEqualTo(new double[WIDTH]));
        assertThat(List.of(shown)).anySatisfy(row -> assertThat(row).isEqualTo(new double[WIDTH]));
        return NaiveForward.embeddings(model, edges, rows, shown);
    }

    @ParameterizedTest
    @EnumSource(
            value = HistoryCell.class,
            names = {"HISTORY_CELL_REVERSIBLE_GRU", "HISTORY_CELL_REVERSIBLE_LSTM"})
    void equalsTheFormulas(HistoryCell cell) {
        for (DepthConnection connection : List.of(
                DepthConnection.DEPTH_CONNECTION_PLAIN,
                DepthConnection.DEPTH_CONNECTION_RESIDUAL,
                DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE)) {
            for (ModelSpec spec :
                    List.of(spec(connection, cell), RandomModels.readingAllHops(spec(connection, cell), 4))) {
                ModelSnapshot model = RandomModels.model(random, spec, features);

                Parity.requireEqual(
                        ForwardPass.of(model).embeddings(graph, features, trace.histories()), naive(model), 1e-5);
            }
        }
    }

    /** With noise, which is drawn again on the way back; states are rounded in between, so differences are no finer than that. */
    @ParameterizedTest
    @EnumSource(
            value = HistoryCell.class,
            names = {"HISTORY_CELL_REVERSIBLE_GRU", "HISTORY_CELL_REVERSIBLE_LSTM"})
    void gradientsOfLayersAndCellEqualCentralDifferences(HistoryCell cell) {
        for (boolean sparse : new boolean[] {false, true}) {
            ModelSpec spec = RandomModels.readingAllHops(spec(DepthConnection.DEPTH_CONNECTION_PLAIN, cell), 3);
            FeatureRows rows =
                    sparse ? RandomModels.sample(random, 12, DIMENSION, true).rows() : features;
            try (TensorScope scope = TensorScope.open();
                    GnnEncoder encoder = GnnEncoder.initialised(
                            spec, DataType.FLOAT64, random, new HiddenNoise(NoiseMode.RELEASED, 0.1, 0))) {
                GraphInput input = GraphInput.of(scope, DataType.FLOAT64, graph, rows)
                        .with(HistoryInput.of(
                                scope, DataType.FLOAT64, HistoryRows.of(trace.histories(), spec.getHistory())));
                requireGradients(scope, encoder, input);
            }
        }
    }

    private static void requireGradients(TensorScope scope, GnnEncoder encoder, GraphInput input) {
        double step = 1e-3;
        Tape tape = new Tape(scope);
        List<Variable> leaves = encoder.parameters().stream()
                .map(parameter -> parameter.on(tape))
                .toList();
        List<Variable> gradients = tape.gradients(loss(tape, encoder, input), leaves, false);
        for (int p = 0; p < leaves.size(); p++) {
            Parameter parameter = encoder.parameters().get(p);
            double[] values = parameter.tensor().toDoubles();
            double[] gradient = gradients.get(p).value().toDoubles();
            for (int i = 0; i < values.length; i += 1 + values.length / 12) {
                double[] moved = values.clone();
                moved[i] = values[i] + step;
                parameter.tensor().assign(moved);
                double above = loss(new Tape(scope), encoder, input).scalar();
                moved[i] = values[i] - step;
                parameter.tensor().assign(moved);
                double below = loss(new Tape(scope), encoder, input).scalar();
                parameter.tensor().assign(values);
                assertThat(gradient[i])
                        .as("%s at %d", parameter.name(), i)
                        .isCloseTo((above - below) / (2 * step), within(1e-3 * Math.max(1, Math.abs(gradient[i]))));
            }
            assertThat(gradient).as(parameter.name()).isNotEqualTo(new double[gradient.length]);
        }
    }

    private static Variable loss(Tape tape, GnnEncoder encoder, GraphInput input) {
        return encoder.embeddings(tape, input, new Dropout(0), Pass.training(new SplittableRandom(4)))
                .square()
                .sum();
    }

    @ParameterizedTest
    @EnumSource(value = HistoryCell.class, names = "HISTORY_CELL_REVERSIBLE_GRU")
    void whatCannotReadOrPruneHistoriesRefusesThem(HistoryCell cell) {
        ModelSpec spec = spec(DepthConnection.DEPTH_CONNECTION_PLAIN, cell);
        ModelSnapshot model = RandomModels.model(random, spec, features);

        assertThatThrownBy(() -> ForwardPass.of(model).embeddings(graph, features))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("reads histories");
        assertThatThrownBy(() -> ChannelPruning.below(spec, ModelTensors.of(model), 0.1))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("reads histories");
    }
}
