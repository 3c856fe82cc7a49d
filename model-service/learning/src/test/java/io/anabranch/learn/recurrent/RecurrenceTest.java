package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.GradientCheck;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecurrenceTest implements GradientCheck {

    /** One is empty, two are equally long. */
    private static final int[] LENGTHS = {2, 0, 4, 2, 1};

    private final SplittableRandom random = new SplittableRandom(8);

    @ParameterizedTest
    @EnumSource
    void eachSequenceGoesItsOwnWay(Cells kind) {
        PackedSequences packed = PackedSequences.of(LENGTHS);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = kind.create(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Variable events = random(tape, packed.total(), Cells.IN);
            Variable initial = random(tape, LENGTHS.length, cell.stateWidth());
            Recurrence.Steps steps = Recurrence.of(cell)
                    .everyStep(Pass.inference(), packed, events.gatherRows(packed.sources()), initial);

            RecurrentCell.Transition transition = cell.on(tape);
            int first = 0;
            for (int sequence = 0; sequence < LENGTHS.length; sequence++) {
                Variable state = initial.gatherRows(sequence);
                for (int step = 0; step < LENGTHS[sequence]; step++) {
                    state = transition.next(events.gatherRows(first + step), state, StepNoise.none());
                    assertClose(
                            steps.outputs().gatherRows(packed.row(sequence, step)),
                            state.sliceColumns(0, cell.outputWidth()));
                }
                assertClose(steps.last().gatherRows(sequence), state);
                first += LENGTHS[sequence];
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsInEventsAndStatesAgreeWithFiniteDifferences(Cells kind) {
        PackedSequences packed = PackedSequences.of(2, 3, 0, 1);
        try (RecurrentCell cell = kind.create(DataType.FLOAT64)) {
            Recurrence recurrence = Recurrence.of(cell);
            assertGradients(
                    random,
                    inputs -> {
                        Recurrence.Steps steps =
                                recurrence.everyStep(Pass.inference(), packed, inputs.get(0), inputs.get(1));
                        return steps.last()
                                .square()
                                .sum()
                                .plus(steps.outputs().square().sum());
                    },
                    Matrix.random(random, packed.total(), Cells.IN, -1, 1),
                    Matrix.random(random, packed.sequences(), cell.stateWidth(), -1, 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsInParametersAgreeWithFiniteDifferences(Cells kind) {
        PackedSequences packed = PackedSequences.of(2, 3, 1);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = kind.create(DataType.FLOAT64)) {
            Tape data = new Tape(scope);
            Variable events = random(data, packed.total(), Cells.IN);
            Variable initial = random(data, packed.sequences(), cell.stateWidth());
            Tape tape = new Tape(scope);
            Variable loss = loss(tape, cell, packed, events, initial);
            for (Parameter parameter : cell.parameters()) {
                double[] found = tape.gradients(loss, List.of(parameter.on(tape)), false)
                        .getFirst()
                        .value()
                        .toDoubles();
                double[] values = parameter.tensor().toDoubles();
                for (int i = 0; i < values.length; i++) {
                    double kept = values[i];
                    values[i] = kept + 1e-5;
                    parameter.tensor().assign(values);
                    double up =
                            loss(new Tape(scope), cell, packed, events, initial).scalar();
                    values[i] = kept - 1e-5;
                    parameter.tensor().assign(values);
                    double down =
                            loss(new Tape(scope), cell, packed, events, initial).scalar();
                    values[i] = kept;
                    parameter.tensor().assign(values);
                    assertThat(found[i]).as("%s of %s", i, parameter).isCloseTo((up - down) / 2e-5, within(1e-7));
                }
                assertThat(Arrays.stream(found).map(Math::abs).sum()).isPositive();
            }
        }
    }

    @Test
    void constantEventsAndEventsToLearnGiveTheSame() {
        PackedSequences packed = PackedSequences.of(3, 5, 4);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = Cells.GRU.create(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Variable events = random(tape, packed.total(), Cells.IN);
            Recurrence recurrence = Recurrence.of(cell);
            Variable initial = recurrence.zeroState(tape, 3);
            assertThat(recurrence
                            .last(Pass.inference(), packed, tape.variable(events.value()), initial)
                            .value()
                            .toDoubles())
                    .isEqualTo(recurrence
                            .last(Pass.inference(), packed, events, initial)
                            .value()
                            .toDoubles());
        }
    }

    @Test
    void sequencesWithoutEventsKeepTheirStates() {
        PackedSequences packed = PackedSequences.of(0, 0);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = Cells.GRU.create(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Variable none = tape.constant(Tensor.zeros(scope, DataType.FLOAT64, 0, Cells.IN));
            Variable initial = random(tape, 2, cell.stateWidth());
            Recurrence recurrence = Recurrence.of(cell);
            assertThat(recurrence
                            .last(Pass.inference(), packed, none, initial)
                            .value()
                            .toDoubles())
                    .isEqualTo(initial.value().toDoubles());
            assertThatThrownBy(() -> recurrence.everyStep(Pass.inference(), packed, none, initial))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("all sequences are empty");
        }
    }

    @Test
    void whatDoesNotFitOrIsNoNumberIsRefused() {
        PackedSequences packed = PackedSequences.of(2, 1);
        try (TensorScope scope = TensorScope.open();
                RecurrentCell cell = Cells.GRU.create(DataType.FLOAT64)) {
            Tape tape = new Tape(scope);
            Recurrence recurrence = Recurrence.of(cell);
            Variable events = random(tape, 3, Cells.IN);
            Variable initial = recurrence.zeroState(tape, 2);
            assertThatThrownBy(() -> recurrence.last(Pass.inference(), packed, random(tape, 4, Cells.IN), initial))
                    .hasMessageContaining("The events [4, 3] must be [3, 3]");
            assertThatThrownBy(() -> recurrence.last(Pass.inference(), packed, events, random(tape, 1, 4)))
                    .hasMessageContaining("The initial states [1, 4] must be [2, 4]");
            events.value().write(7, new double[] {Double.NaN}, 1);
            assertThatThrownBy(() -> recurrence.last(Pass.inference(), packed, events, initial))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 2, column 1 is NaN");
        }
    }

    private static Variable loss(
            Tape tape, RecurrentCell cell, PackedSequences packed, Variable events, Variable initial) {
        Recurrence.Steps steps = Recurrence.of(cell)
                .everyStep(Pass.inference(), packed, tape.constant(events.value()), tape.constant(initial.value()));
        return steps.last().square().sum().plus(steps.outputs().square().sum());
    }

    private Variable random(Tape tape, int rows, int columns) {
        return tape.constant(Tensor.of(
                tape.scope(),
                rows,
                columns,
                random.doubles((long) rows * columns, -1, 1).toArray()));
    }

    private static void assertClose(Variable found, Variable expected) {
        assertThat(found.value().toDoubles())
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(expected.value().toDoubles());
    }
}
