package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.LstmCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.spectral.SecondMoments;
import io.anabranch.learn.spectral.SpectralPruning;
import io.anabranch.learn.spectral.UnitStrategy;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Cells whose every unit is there twice lose one of each, and nothing else. */
class PrunedCellsTest {

    private static final double TAU = 1e-10;
    private static final int EVENTS = 60;

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"LIPSCHITZ", "ANTISYMMETRIC"})
    void copiesAreLeftOutWithoutATrace(Cells kind) {
        PrunableCell single = (PrunableCell) kind.create(DataType.FLOAT64);
        PrunableCell twice = doubled(single);
        double[][] outputs = outputs(twice);
        List<KeptUnits> kept = choose(twice, outputs, single.outputWidth() / single.groups());
        PrunableCell pruned = twice.pruned(kept, true);

        assertThat(pruned.outputWidth()).isEqualTo(single.outputWidth());
        assertThat(pruned.stateWidth()).isEqualTo(single.stateWidth());
        double[][] before = outputs(single);
        double[][] after = outputs(pruned);
        double[][] bare = outputs(twice.pruned(kept, false));
        double worst = 0;
        double worstBare = 0;
        int width = single.outputWidth() / single.groups();
        for (int event = 0; event < EVENTS; event++) {
            for (int column = 0; column < before[0].length; column++) {
                int group = column / width;
                int unit = kept.get(group).units()[column % width] % width;
                double was = before[event][group * width + unit];
                worst = Math.max(worst, Math.abs(after[event][column] - was));
                worstBare = Math.max(worstBare, Math.abs(bare[event][column] - was));
            }
        }
        // Weights are written as floats.
        assertThat(worst).isLessThan(1e-6);
        assertThat(worstBare).isGreaterThan(1e-3);
    }

    @Test
    void whatIsWrittenAndReadIsTheMagnitude() {
        Gru cell = Gru.of(GruCell.of(
                parameter("input", 1, 6, 1, 2, 3, 4, 5, -6),
                parameter("recurrent", 2, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -10),
                parameter("bias", 1, 6, 0, 0, 0, 0, 0, 100)));

        // Unit 0 is written 1 + 3 + 5 and itself, and read 1; unit 1 is written 2 + 4 + 6, 10 by itself and 100 always,
        // and read 10.
        assertThat(cell.magnitudes(0)).containsExactly(9 + 1 + 1, 12 + 10 + 100 + 10);
    }

    @Test
    void halvesStayEqual() {
        ReversibleGru cell =
                ReversibleGru.create("cell", DataType.FLOAT64, 2, 6, ForgetLimit.ofBits(3), new SplittableRandom(1));
        SpectralPruning pruning = new SpectralPruning(SpectralPruning.readers(cell.readers(0)), 0.5, 1e-3);
        double[][] moments = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        KeptUnits one = pruning.kept(moments, new int[] {1});
        KeptUnits two = pruning.kept(moments, new int[] {0, 2});

        assertThatThrownBy(() -> cell.pruned(List.of(one, two), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Of the halves (1) and (2) units would stay; they must be equally many.");
    }

    private static List<KeptUnits> choose(PrunableCell cell, double[][] outputs, int count) {
        int width = cell.outputWidth() / cell.groups();
        SecondMoments moments = SecondMoments.of(cell.outputWidth());
        for (double[] output : outputs) {
            float[] state = new float[output.length];
            for (int i = 0; i < state.length; i++) {
                state[i] = (float) output[i];
            }
            moments.add(state, 0);
        }
        List<KeptUnits> kept = new ArrayList<>();
        for (int group = 0; group < cell.groups(); group++) {
            SpectralPruning pruning = new SpectralPruning(SpectralPruning.readers(cell.readers(group)), 0.5, TAU);
            kept.add(pruning.choose(
                    moments.block(group * width, (group + 1) * width),
                    count,
                    UnitStrategy.GREEDY,
                    cell.magnitudes(group),
                    0));
        }
        return kept;
    }

    /** The cell with a copy of every unit; who read it reads a half of each. */
    private static PrunableCell doubled(PrunableCell cell) {
        return switch (cell) {
            case Gru gru -> {
                CellWeights twice = doubled(gru.parameters());
                yield Gru.of(GruCell.of(twice.input(), twice.recurrent(), twice.bias()));
            }
            case Lstm lstm -> {
                CellWeights twice = doubled(lstm.parameters());
                yield Lstm.of(LstmCell.of(twice.input(), twice.recurrent(), twice.bias()));
            }
            case ReversibleCell reversible ->
                reversible.with(doubled(reversible.parameters(0)), doubled(reversible.parameters(1)));
            default -> throw new IllegalArgumentException(cell.getClass().getSimpleName());
        };
    }

    private static CellWeights doubled(List<Parameter> parameters) {
        int width = parameters.get(1).rows();
        Parameter[] twice = new Parameter[3];
        for (int p = 0; p < twice.length; p++) {
            Parameter parameter = parameters.get(p);
            double[] values = parameter.tensor().toDoubles();
            boolean read = p == 1;
            int rows = read ? 2 * width : parameter.rows();
            int columns = 2 * parameter.columns();
            double[] copied = new double[rows * columns];
            for (int i = 0; i < copied.length; i++) {
                int column = i % columns;
                int from = column / (2 * width) * width + column % width;
                copied[i] = (read ? 0.5 : 1) * values[i / columns % parameter.rows() * parameter.columns() + from];
            }
            twice[p] = parameter(parameter.name(), rows, columns, copied);
        }
        return new CellWeights(twice[0], twice[1], twice[2]);
    }

    private static Parameter parameter(String name, int rows, int columns, double... values) {
        Parameter parameter = Parameter.of(name, DataType.FLOAT64, rows, columns, new float[values.length]);
        parameter.tensor().assign(values);
        return parameter;
    }

    /** What the cell shows after each of the same events. */
    private static double[][] outputs(PrunableCell cell) {
        double[] events =
                new SplittableRandom(5).doubles((long) EVENTS * Cells.IN, -2, 2).toArray();
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Recurrence recurrence = Recurrence.of(cell);
            double[] values = recurrence
                    .everyStep(
                            Pass.inference(),
                            PackedSequences.of(EVENTS),
                            tape.constant(Tensor.of(scope, EVENTS, Cells.IN, events)),
                            recurrence.zeroState(tape, 1))
                    .outputs()
                    .value()
                    .toDoubles();
            double[][] outputs = new double[EVENTS][];
            for (int event = 0; event < EVENTS; event++) {
                outputs[event] =
                        Arrays.copyOfRange(values, event * cell.outputWidth(), (event + 1) * cell.outputWidth());
            }
            return outputs;
        }
    }
}
