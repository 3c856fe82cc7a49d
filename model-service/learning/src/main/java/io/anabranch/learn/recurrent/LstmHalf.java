package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The parameters of one half of a {@link ReversibleLstm}, with the columns z, p, f, o, g. */
record LstmHalf(Parameter input, Parameter recurrent, Parameter bias) {

    private static final int BLOCKS = 5;
    /** Before the candidate: z, p, f and o. */
    private static final int GATES = 4;

    /** The limited keep factors, and what is added to the cell and shown of it. [n, w] each. */
    record Gates(Variable keepCell, Variable keepHidden, Variable write, Variable show) {}

    static LstmHalf create(String name, DataType type, int in, int width, RandomGenerator random) {
        Parameter bias = Parameter.create(name + ".bias", type, 1, BLOCKS * width, Initialiser.zeros(), random);
        float[] values = bias.values();
        Arrays.fill(values, 0, width, 1);
        bias.load(values);
        return new LstmHalf(
                Parameter.create(name + ".input", type, in, BLOCKS * width, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".recurrent", type, width, BLOCKS * width, Initialiser.glorotUniform(), random),
                bias);
    }

    int width() {
        return recurrent.rows();
    }

    List<Parameter> parameters() {
        return List.of(input, recurrent, bias);
    }

    Gates gates(Variable x, Variable other, ForgetLimit limit) {
        Tape tape = x.tape();
        Variable all = x.rowMatmul(input.on(tape)).plus(bias.on(tape)).plus(other.rowMatmul(recurrent.on(tape)));
        int width = width();
        Variable gates = all.sliceColumns(0, GATES * width).sigmoid();
        Variable candidate = all.sliceColumns(GATES * width, BLOCKS * width).tanh();
        Variable keep = gates.sliceColumns(0, 2 * width);
        Variable kept = limit.share() == 1 ? keep : keep.times(limit.share()).plus(1 - limit.share());
        return new Gates(
                kept.sliceColumns(0, width),
                kept.sliceColumns(width, 2 * width),
                gates.sliceColumns(2 * width, 3 * width).times(candidate),
                gates.sliceColumns(3 * width, 4 * width));
    }
}
