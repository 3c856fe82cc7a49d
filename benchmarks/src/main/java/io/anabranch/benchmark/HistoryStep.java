package io.anabranch.benchmark;

import io.anabranch.learn.autodiff.Losses;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Linear;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.recurrent.Activations;
import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.Gru;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.recurrent.Lstm;
import io.anabranch.learn.recurrent.PackedSequences;
import io.anabranch.learn.recurrent.Recurrence;
import io.anabranch.learn.recurrent.RecurrentCell;
import io.anabranch.learn.recurrent.ReversibleGru;
import io.anabranch.learn.recurrent.ReversibleLstm;
import io.anabranch.learn.reversible.ReversibleStore;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One training step, without the optimiser, of a cell over event histories and a classifier of its last states. Owns its parameters and memory. */
final class HistoryStep implements AutoCloseable {

    /** Which cell. */
    enum Kind {
        GRU,
        LSTM,
        REVERSIBLE_GRU,
        REVERSIBLE_LSTM;

        boolean reversible() {
            return this == REVERSIBLE_GRU || this == REVERSIBLE_LSTM;
        }
    }

    /** So many histories of one length, of so many numbers an event. */
    record Size(int histories, int length, int in) {}

    /**
     * What a step needed.
     *
     * @param ms of this thread's processor time
     * @param bytes the most that tensors took at one time, without the events, and those of states and buffers on the heap
     * @param stateBytes those on the heap
     * @param bits of information in the buffer before the way back
     */
    record Cost(double ms, long bytes, long stateBytes, long bits) {}

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int CLASSES = 7;

    private final Recurrence recurrence;
    private final PackedSequences packed;
    private final Linear head;
    private final List<Parameter> parameters;
    private final TensorScope data = TensorScope.open();
    private final TensorScope memory = TensorScope.open();
    private final Tensor events;
    private final int[] rows;
    private final int[] classes;
    private List<float[]> gradients = List.of();

    HistoryStep(Kind kind, ForgetLimit limit, Activations activations, int width, Size size) {
        SplittableRandom random = new SplittableRandom(7);
        RecurrentCell cell = switch (kind) {
            case GRU -> Gru.create("cell", DataType.FLOAT32, size.in(), width, random);
            case LSTM -> Lstm.create("cell", DataType.FLOAT32, size.in(), width, random);
            case REVERSIBLE_GRU -> ReversibleGru.create("cell", DataType.FLOAT32, size.in(), width, limit, random);
            case REVERSIBLE_LSTM -> ReversibleLstm.create("cell", DataType.FLOAT32, size.in(), width, limit, random);
        };
        recurrence = new Recurrence(cell, HiddenNoise.none(), activations);
        head = Linear.create(
                "head", DataType.FLOAT32, cell.stateWidth(), CLASSES, true, Initialiser.glorotUniform(), random);
        parameters = Stream.concat(cell.parameters().stream(), head.parameters().stream())
                .toList();
        int[] lengths = new int[size.histories()];
        Arrays.fill(lengths, size.length());
        packed = PackedSequences.of(lengths);
        float[] values = new float[packed.total() * size.in()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        events = Tensor.of(data, packed.total(), size.in(), values);
        rows = IntStream.range(0, lengths.length).toArray();
        classes = random.ints(lengths.length, 0, CLASSES).toArray();
    }

    Cost run() {
        long begin = THREADS.getCurrentThreadCpuTime();
        try (TensorScope step = memory.openChild()) {
            Tape tape = new Tape(step);
            Recurrence.Run run = recurrence.run(
                    Pass.inference(),
                    packed,
                    tape.constant(events),
                    recurrence.zeroState(tape, packed.sequences()),
                    false);
            Variable total = Losses.crossEntropy(head.apply(run.last()), rows, classes);
            ReversibleStore store = run.store();
            long state = store == null ? 0 : store.bytes();
            long bits = store == null ? 0 : store.bufferBits();
            List<Variable> found = tape.gradients(
                    total, parameters.stream().map(p -> p.on(tape)).toList(), false);
            double ms = (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
            gradients = found.stream().map(g -> g.value().toFloats()).toList();
            return new Cost(ms, memory.peakBytes() + state, state, bits);
        }
    }

    /** Moves one number of the first events to the next float. */
    void nudge() {
        events.write(0, new double[] {Math.nextUp((float) events.get(0, 0))}, 1);
    }

    /** Numbers of the state. */
    int stateWidth() {
        return recurrence.cell().stateWidth();
    }

    /** The largest difference of a gradient from the other's, by the largest of the parameter. */
    double gradientDifference(HistoryStep other) {
        double worst = 0;
        for (int i = 0; i < gradients.size(); i++) {
            double largest = 0;
            double difference = 0;
            for (int k = 0; k < gradients.get(i).length; k++) {
                largest = Math.max(largest, Math.abs(gradients.get(i)[k]));
                difference = Math.max(
                        difference,
                        Math.abs(gradients.get(i)[k] - other.gradients.get(i)[k]));
            }
            worst = Math.max(worst, difference / Math.max(largest, 1e-30));
        }
        return worst;
    }

    @Override
    public void close() {
        parameters.forEach(Parameter::close);
        memory.close();
        data.close();
    }
}
