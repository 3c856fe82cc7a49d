package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that store no activations give what others give, and nothing is lost by it. */
class ReversedStepsTest {

    private static final HiddenNoise NOISE = new HiddenNoise(NoiseMode.RELEASED, 0.05, 0);
    private static final int[] LENGTHS = {3, 0, 7, 3, 1, 5};
    private static final int IN = 3;

    private enum Kind {
        GRU {
            @Override
            ReversibleCell create(DataType type, int width, ForgetLimit limit, SplittableRandom random) {
                return ReversibleGru.create("cell", type, IN, width, limit, random);
            }
        },
        LSTM {
            @Override
            ReversibleCell create(DataType type, int width, ForgetLimit limit, SplittableRandom random) {
                return ReversibleLstm.create("cell", type, IN, width, limit, random);
            }
        };

        abstract ReversibleCell create(DataType type, int width, ForgetLimit limit, SplittableRandom random);
    }

    private final SplittableRandom random = new SplittableRandom(31);

    @ParameterizedTest
    @CsvSource({"GRU, 0", "GRU, 0.05", "LSTM, 0", "LSTM, 0.05"})
    void valuesAndGradientsAreThoseOfStoredActivations(Kind kind, double additive) {
        HiddenNoise noise = new HiddenNoise(NoiseMode.RELEASED, additive, 0);
        PackedSequences packed = PackedSequences.of(LENGTHS);
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = kind.create(DataType.FLOAT64, 8, ForgetLimit.ofBits(3), random)) {
            Tensor events = random(scope, DataType.FLOAT64, packed.total(), IN);
            Tensor initial = random(scope, DataType.FLOAT64, LENGTHS.length, cell.stateWidth());
            List<Tensor> weights = List.of(
                    random(scope, DataType.FLOAT64, LENGTHS.length, cell.stateWidth()),
                    random(scope, DataType.FLOAT64, packed.total(), cell.outputWidth()));

            List<double[]> expected =
                    gradients(scope, new Recurrence(cell, noise, Activations.STORED), packed, events, initial, weights);
            List<double[]> found = gradients(
                    scope, new Recurrence(cell, noise, Activations.RECOMPUTED), packed, events, initial, weights);

            assertThat(found).hasSize(4 + 6);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).hasSameSizeAs(expected.get(i)).isNotEmpty();
                for (int k = 0; k < expected.get(i).length; k++) {
                    // A keep factor is rounded to 24 bits.
                    assertThat(found.get(i)[k])
                            .as("element %d of %d", k, i)
                            .isCloseTo(expected.get(i)[k], within(3e-7 * Math.max(1, Math.abs(expected.get(i)[k]))));
                }
            }
        }
    }

    /** Steps are run again on the very states of the way forward, so gradients are bit for bit those of back-propagation through stored states. */
    @ParameterizedTest
    @CsvSource({"GRU, FLOAT32", "GRU, FLOAT64", "LSTM, FLOAT32", "LSTM, FLOAT64"})
    void gradientsAreThoseOfStoredStatesBitForBit(Kind kind, DataType type) {
        PackedSequences packed = PackedSequences.of(LENGTHS);
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = kind.create(type, 10, ForgetLimit.none(), random)) {
            Tensor events = random(scope, type, packed.total(), IN);
            Tensor initial = random(scope, type, LENGTHS.length, cell.stateWidth());
            List<Tensor> weights = List.of(
                    random(scope, type, LENGTHS.length, cell.stateWidth()),
                    random(scope, type, packed.total(), cell.outputWidth()));
            List<double[]> found = gradients(
                    scope, new Recurrence(cell, NOISE, Activations.RECOMPUTED), packed, events, initial, weights);
            List<double[]> expected =
                    new StoredStates(cell, NOISE, packed).gradients(scope, events, initial, weights, 77);

            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i)).as("number %d", i).isEqualTo(expected.get(i));
            }
        }
    }

    /** A hundred steps with noise, sequences that end early, and outputs: nothing is left behind, and bits are those that were forgotten. */
    @ParameterizedTest
    @EnumSource
    void aHundredStepsGoBackExactlyWithTheBitsThatTheyForget(Kind kind) {
        int[] lengths = {100, 100, 60, 100, 2, 0};
        PackedSequences packed = PackedSequences.of(lengths);
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = kind.create(DataType.FLOAT32, 16, ForgetLimit.ofBits(3), random)) {
            Tape tape = new Tape(scope);
            Variable events = tape.constant(random(scope, DataType.FLOAT32, packed.total(), IN));
            Variable initial = tape.variable(random(scope, DataType.FLOAT32, lengths.length, cell.stateWidth()));
            Recurrence.Run run = new Recurrence(cell, NOISE, Activations.RECOMPUTED)
                    .run(Pass.training(new SplittableRandom(77)), packed, events, initial, true);
            ReversibleStore store = Objects.requireNonNull(run.store());
            double forgotten = forgottenBits(tape, cell, packed, events, initial);
            long changes = (long) packed.total() * cell.stateWidth();
            assertThat(forgotten / changes).isBetween(0.3, 3.0);
            assertThat((double) store.bufferBits()).isBetween(0.95 * forgotten, 1.4 * forgotten);
            assertThat(store.levels()).isEqualTo(100 * cell.parts());

            // Throws where the way back does not end at the initial states with an empty buffer.
            tape.gradients(Objects.requireNonNull(run.outputs()).sum(), List.of(initial), false);
            assertThat(store.bufferBits()).isZero();
            assertThat(store.levels()).isZero();
            assertThat(store.bytes())
                    .isEqualTo(8L * lengths.length * cell.stateWidth() + 4L * lengths.length * cell.partWidth());
        }
    }

    @Test
    void aSecondWayBackGivesTheSame() {
        PackedSequences packed = PackedSequences.of(4, 2);
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = Kind.GRU.create(DataType.FLOAT32, 4, ForgetLimit.none(), random)) {
            Tape tape = new Tape(scope);
            Variable events = tape.variable(random(scope, DataType.FLOAT32, packed.total(), IN));
            Variable last = new Recurrence(cell, NOISE, Activations.RECOMPUTED)
                    .last(
                            Pass.training(random),
                            packed,
                            events,
                            Recurrence.of(cell).zeroState(tape, 2));
            Variable loss = last.square().sum();
            double[] first = tape.gradients(loss, List.of(events), false)
                    .getFirst()
                    .value()
                    .toDoubles();
            double[] second = tape.gradients(loss, List.of(events), false)
                    .getFirst()
                    .value()
                    .toDoubles();
            assertThat(second).isEqualTo(first);
            assertThat(first).doesNotContain(0.0);
            assertThatThrownBy(() -> tape.gradients(loss, List.of(events), true))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("stored activations");
        }
    }

    /** A sequence's states and gradients are the same bits alone and in company. */
    @ParameterizedTest
    @EnumSource
    void companyChangesNothing(Kind kind) {
        PackedSequences packed = PackedSequences.of(LENGTHS, new long[] {5, 6, 7, 8, 9, 10});
        PackedSequences alone = PackedSequences.of(new int[] {3}, new long[] {8});
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = kind.create(DataType.FLOAT32, 12, ForgetLimit.ofBits(2), random)) {
            Tape tape = new Tape(scope);
            Variable events = tape.constant(random(scope, DataType.FLOAT32, packed.total(), IN));
            Recurrence recurrence = new Recurrence(cell, NOISE, Activations.RECOMPUTED);
            Variable all = recurrence.last(
                    Pass.training(new SplittableRandom(4)), packed, events, recurrence.zeroState(tape, LENGTHS.length));
            Variable own = events.gatherRows(packed.row(3, 0), packed.row(3, 1), packed.row(3, 2));
            Variable one =
                    recurrence.last(Pass.training(new SplittableRandom(4)), alone, own, recurrence.zeroState(tape, 1));
            assertThat(all.gatherRows(3).value().toFloats())
                    .isEqualTo(one.value().toFloats());
            assertThat(all.gatherRows(0).value().toFloats())
                    .isNotEqualTo(one.value().toFloats());
        }
    }

    @Test
    void emptyAndSingleSequencesAndBoundsOfTheKeepFactorPass() {
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = Kind.GRU.create(DataType.FLOAT32, 4, ForgetLimit.none(), random)) {
            Recurrence recurrence = new Recurrence(cell, HiddenNoise.none(), Activations.RECOMPUTED);
            // Keeps nothing in the first column of each half, all in the second.
            for (int half = 0; half < 2; half++) {
                Parameter bias = cell.parameters(half).getLast();
                float[] values = bias.values();
                values[0] = -200;
                values[1] = 200;
                bias.load(values);
            }
            for (int[] lengths : List.of(new int[] {0}, new int[] {1}, new int[] {40}, new int[] {0, 3, 0})) {
                PackedSequences packed = PackedSequences.of(lengths);
                Tape tape = new Tape(scope);
                Variable events = tape.constant(random(scope, DataType.FLOAT32, packed.total(), IN));
                Tensor start = random(scope, DataType.FLOAT32, lengths.length, 4);
                Variable initial = tape.variable(start);
                Variable last = recurrence.last(Pass.inference(), packed, events, initial);
                for (int sequence = 0; sequence < lengths.length; sequence++) {
                    assertThat(last.value().get(sequence, 1)).isEqualTo(start.get(sequence, 1));
                    assertThat(last.value().get(sequence, 0) == start.get(sequence, 0))
                            .isEqualTo(lengths[sequence] == 0);
                }
                float[] gradient = tape.gradients(last.sum(), List.of(initial), false)
                        .getFirst()
                        .value()
                        .toFloats();
                assertThat(gradient[1]).isNotZero();
            }
        }
    }

    @Test
    void whatCannotBeReversedIsRefused() {
        try (TensorScope scope = TensorScope.open();
                RecurrentCell plain = Cells.GRU.create(DataType.FLOAT32);
                ReversibleCell cell = Kind.LSTM.create(DataType.FLOAT32, 4, ForgetLimit.none(), random)) {
            assertThatThrownBy(() -> new Recurrence(plain, HiddenNoise.none(), Activations.RECOMPUTED))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("reversible cell only");
            assertThatThrownBy(() -> Kind.GRU.create(DataType.FLOAT32, 5, ForgetLimit.none(), random))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must be even");
            assertThatThrownBy(() -> ForgetLimit.ofBits(0)).hasMessageContaining("from 1 to 20");
            assertThatThrownBy(() -> new ForgetLimit(0)).hasMessageContaining("more than 0");
            Tape tape = new Tape(scope);
            Tensor events = random(scope, DataType.FLOAT32, 2, IN);
            events.write(4, new double[] {Double.POSITIVE_INFINITY}, 1);
            assertThatThrownBy(() -> new Recurrence(cell, HiddenNoise.none(), Activations.RECOMPUTED)
                            .last(
                                    Pass.inference(),
                                    PackedSequences.of(2),
                                    tape.constant(events),
                                    Recurrence.of(cell).zeroState(tape, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 1, column 1 is Infinity");
        }
    }

    /** Last states, outputs, and the gradients in events, initial states and parameters. */
    private static List<double[]> gradients(
            TensorScope scope,
            Recurrence recurrence,
            PackedSequences packed,
            Tensor events,
            Tensor initial,
            List<Tensor> weights) {
        Tape tape = new Tape(scope);
        List<Variable> asked = new ArrayList<>(List.of(tape.variable(events), tape.variable(initial)));
        recurrence.cell().parameters().forEach(parameter -> asked.add(parameter.on(tape)));
        Recurrence.Steps steps =
                recurrence.everyStep(Pass.training(new SplittableRandom(77)), packed, asked.get(0), asked.get(1));
        Variable loss = steps.last()
                .times(tape.constant(weights.get(0)))
                .sum()
                .plus(steps.outputs().times(tape.constant(weights.get(1))).sum());
        List<double[]> numbers = new ArrayList<>();
        numbers.add(steps.last().value().toDoubles());
        numbers.add(steps.outputs().value().toDoubles());
        tape.gradients(loss, asked, false)
                .forEach(gradient -> numbers.add(gradient.value().toDoubles()));
        return numbers;
    }

    private static double forgottenBits(
            Tape tape, ReversibleCell cell, PackedSequences packed, Variable events, Variable initial) {
        NoiseSource noise = new NoiseSource(NOISE, new SplittableRandom(77).nextLong(), packed);
        double bits = 0;
        Variable state = initial.gatherRows(packed.order());
        for (int step = 0; step < packed.steps(); step++) {
            int[] rows = IntStream.range(0, packed.rows(step)).toArray();
            int offset = packed.offset(step);
            Variable input = events.gatherRows(
                    Arrays.stream(rows).map(row -> offset + row).toArray());
            state = state.gatherRows(rows);
            Variable[] parts = new Variable[cell.parts()];
            for (int part = 0; part < parts.length; part++) {
                parts[part] = state.sliceColumns(part * cell.partWidth(), (part + 1) * cell.partWidth());
            }
            for (int half = 0; half < 2; half++) {
                ReversibleCell.HalfStep halfStep = cell.halfStep(half, input, parts[1 - half], noise.at(step));
                for (int i = 0; i < halfStep.changes(); i++) {
                    ReversibleCell.Change change = halfStep.change(i, parts);
                    for (double keep : change.keep().value().toDoubles()) {
                        bits -= Math.log(keep) / Math.log(2);
                    }
                    int part = halfStep.part(i);
                    parts[part] = change.keep().times(parts[part]).plus(change.increment());
                }
            }
            state = parts[0].concatColumns(Arrays.copyOfRange(parts, 1, parts.length));
        }
        return bits;
    }

    private Tensor random(TensorScope scope, DataType type, int rows, int columns) {
        return Tensor.of(
                scope,
                type,
                rows,
                columns,
                random.doubles((long) rows * columns, -1, 1).toArray());
    }
}
