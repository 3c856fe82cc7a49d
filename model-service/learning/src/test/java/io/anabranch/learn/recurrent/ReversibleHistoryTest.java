package io.anabranch.learn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReversibleHistoryTest {

    private static final int IN = 3;

    private final SplittableRandom random = new SplittableRandom(51);

    /** What training makes of a sequence among others is, to the last bit, what serving makes of it event by event. */
    @ParameterizedTest
    @CsvSource({"true, 6, 3", "true, 64, 1", "false, 10, 24", "false, 32, 2"})
    void eventByEventGivesTheBitsOfTraining(boolean gru, int width, int bits) {
        ForgetLimit limit = bits == 24 ? ForgetLimit.none() : ForgetLimit.ofBits(bits);
        int[] lengths = {40, 7, 0, 23};
        PackedSequences packed = PackedSequences.of(lengths);
        try (TensorScope scope = TensorScope.open();
                ReversibleCell cell = cell(gru, width, limit)) {
            float[][] events = events(packed.total());
            Tape tape = new Tape(scope);
            float[] flat = new float[packed.total() * IN];
            for (int row = 0; row < events.length; row++) {
                System.arraycopy(events[row], 0, flat, row * IN, IN);
            }
            Recurrence recurrence = new Recurrence(cell, HiddenNoise.none(), Activations.RECOMPUTED);
            Recurrence.Steps steps = recurrence.everyStep(
                    Pass.inference(),
                    packed,
                    tape.constant(Tensor.of(scope, packed.total(), IN, flat)),
                    recurrence.zeroState(tape, lengths.length));
            float[] outputs = steps.outputs().value().toFloats();
            float[] last = steps.last().value().toFloats();
            int w = cell.outputWidth();

            FrozenCell frozen = cell.freeze();
            assertThat(frozen.outputWidth()).isEqualTo(w);
            float[] shown = new float[w];
            for (int sequence = 0; sequence < lengths.length; sequence++) {
                ReversibleHistory history = ReversibleHistory.of(frozen, 5);
                for (int step = 0; step < lengths[sequence]; step++) {
                    int row = packed.row(sequence, step);
                    history.advance(events[row]);
                    history.output(shown);
                    assertThat(shown).isEqualTo(Arrays.copyOfRange(outputs, row * w, (row + 1) * w));
                }
                history.output(shown);
                int from = sequence * cell.stateWidth();
                assertThat(shown).isEqualTo(Arrays.copyOfRange(last, from, from + w));
            }
        }
    }

    /** Events come, go, come again in another order, and pass through bytes; what is left is as if nothing else had ever been. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void undoingAndReplayingEqualsNeverHavingSeen(boolean gru) {
        int undone = 0;
        int late = 0;
        for (int model = 0; model < 50; model++) {
            ForgetLimit limit = model % 5 == 0 ? ForgetLimit.none() : ForgetLimit.ofBits(model % 5);
            try (ReversibleCell cell = cell(gru, 2 * random.nextInt(1, 5), limit)) {
                FrozenCell frozen = cell.freeze();
                for (int trace = 0; trace < 100; trace++) {
                    int capacity = random.nextInt(1, 12);
                    ReversibleHistory history = ReversibleHistory.of(frozen, capacity);
                    List<float[]> seen = new ArrayList<>();
                    for (int turn = 0; turn < 25; turn++) {
                        switch (random.nextInt(5)) {
                            case 0 -> {
                                for (int k = random.nextInt(history.undoable() + 1); k > 0; k--) {
                                    assertThat(history.undo()).isEqualTo(seen.removeLast());
                                    undone++;
                                }
                            }
                            case 1 -> {
                                int back = random.nextInt(history.undoable() + 1);
                                float[] event = events(1)[0];
                                List<float[]> after = new ArrayList<>();
                                for (int k = 0; k < back; k++) {
                                    after.addFirst(history.undo());
                                }
                                history.advance(event);
                                after.forEach(history::advance);
                                seen.add(seen.size() - back, event);
                                late++;
                            }
                            case 2 -> history = ReversibleHistory.of(frozen, history.toBytes());
                            default -> {
                                float[] event = events(1)[0];
                                history.advance(event);
                                seen.add(event);
                            }
                        }
                    }
                    ReversibleHistory fresh = ReversibleHistory.of(frozen, 0);
                    seen.forEach(fresh::advance);
                    assertThat(history.state()).isEqualTo(fresh.state());
                }
            }
        }
        assertThat(undone).isGreaterThan(20_000);
        assertThat(late).isGreaterThan(10_000);
    }

    @Test
    void noMoreEventsAreUndoneThanAreRemembered() {
        try (ReversibleCell cell = cell(true, 4, ForgetLimit.none())) {
            ReversibleHistory history = ReversibleHistory.of(cell.freeze(), 2);
            assertThatThrownBy(history::undo)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("of 2 at most, none is left");
            for (float[] event : events(5)) {
                history.advance(event);
            }
            assertThat(history.undoable()).isEqualTo(2);
            history.undo();
            history.undo();
            assertThatThrownBy(history::undo).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> ReversibleHistory.of(cell.freeze(), -1))
                    .hasMessageContaining("must not be negative");
        }
    }

    /** With a limit of b bits an event costs b bits a number at most, but for what a product is rounded by. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void anEventCostsAsManyBitsAsMayBeForgotten(int bits) {
        int width = 128;
        try (ReversibleCell cell = cell(true, width, ForgetLimit.ofBits(bits))) {
            // All gates closed: as much as possible is forgotten.
            for (int half = 0; half < 2; half++) {
                Parameter bias = cell.parameters(half).getLast();
                float[] values = bias.values();
                Arrays.fill(values, 0, width / 2, -200);
                bias.load(values);
            }
            ReversibleHistory history = ReversibleHistory.of(cell.freeze(), 1);
            history.advance(events(1)[0]);
            int empty = history.bytes();
            history.undo();
            int event = empty - history.bytes() - IN * Float.BYTES - Integer.BYTES;
            assertThat(event).isEqualTo((width * bits / 64 + 1) * Long.BYTES);
        }
    }

    @Test
    void eventsThatAreNoNumbersChangeNothing() {
        try (ReversibleCell cell = cell(false, 4, ForgetLimit.none())) {
            ReversibleHistory history = ReversibleHistory.of(cell.freeze(), 2);
            history.advance(new float[] {1, 2, 3});
            long[] before = history.state();
            assertThatThrownBy(() -> history.advance(new float[] {1, Float.NaN, 3}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The number 1 of the event (NaN) must be finite");
            assertThatThrownBy(() -> history.advance(new float[2]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 numbers, but the cell reads 3");
            Parameter bias = cell.parameters(1).getLast();
            float[] values = bias.values();
            values[0] = Float.NaN;
            bias.load(values);
            ReversibleHistory broken = ReversibleHistory.of(cell.freeze(), 2);
            assertThatThrownBy(() -> broken.advance(new float[IN])).isInstanceOf(ArithmeticException.class);
            assertThat(broken.state()).containsOnly(0);
            assertThat(broken.undoable()).isZero();
            assertThat(history.state()).isEqualTo(before);
            assertThat(history.undoable()).isEqualTo(1);
        }
    }

    @Test
    void bytesOfAnotherCellOrVersionOrCutOffAreRefused() {
        try (ReversibleCell cell = cell(true, 4, ForgetLimit.ofBits(2));
                ReversibleCell other = cell(true, 4, ForgetLimit.ofBits(2));
                RecurrentCell wide = ReversibleGru.create("w", DataType.FLOAT64, IN, 4, ForgetLimit.none(), random)) {
            FrozenCell frozen = cell.freeze();
            ReversibleHistory history = ReversibleHistory.of(frozen, 3);
            history.advance(events(1)[0]);
            byte[] bytes = history.toBytes();
            assertThat(bytes).hasSize(history.bytes());
            assertThat(ReversibleHistory.of(frozen, bytes).toBytes()).isEqualTo(bytes);
            assertThatThrownBy(() -> ReversibleHistory.of(other.freeze(), bytes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("other parameters");
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> ReversibleHistory.of(frozen, cut))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> ReversibleHistory.of(frozen, Arrays.copyOf(bytes, bytes.length + 1)))
                    .hasMessageContaining("too many");
            byte[] later = bytes.clone();
            later[0] = 2;
            assertThatThrownBy(() -> ReversibleHistory.of(frozen, later)).hasMessageContaining("version (2)");
            assertThatThrownBy(((ReversibleCell) wide)::freeze).hasMessageContaining("must be of FLOAT32");
        }
    }

    private ReversibleCell cell(boolean gru, int width, ForgetLimit limit) {
        return gru
                ? ReversibleGru.create("cell", DataType.FLOAT32, IN, width, limit, random)
                : ReversibleLstm.create("cell", DataType.FLOAT32, IN, width, limit, random);
    }

    private float[][] events(int count) {
        float[][] events = new float[count][IN];
        for (float[] event : events) {
            for (int i = 0; i < IN; i++) {
                event[i] = (float) random.nextDouble(-2, 2);
            }
        }
        return events;
    }
}
