package io.anabranch.learn.nn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A long short-term memory cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000): for gates
 * {@code [i f g o] = x W + h U + b}, {@code c' = σ(f) c + σ(i) tanh(g)} and {@code h' = σ(o) tanh(c')}. A state begins with zeros.
 *
 * <p>Shapes: x [n, in], W [in, 4 k], U [k, 4 k], b [1, 4 k], c and h [n, k]. A row's state depends on that row alone. The bias of the
 * forget gate starts at 1, so that a new cell remembers.
 */
public final class LstmCell implements Parametric {

    /** Cell and output of n sequences, [n, k] each. */
    public record State(Variable cell, Variable output) {

        /** Row i of the result is row {@code indices[i]} of this. */
        public State gatherRows(int... indices) {
            return new State(cell.gatherRows(indices), output.gatherRows(indices));
        }
    }

    private static final int GATES = 4;

    private final int width;
    private final Parameter input;
    private final Parameter recurrent;
    private final Parameter bias;

    private LstmCell(int width, Parameter input, Parameter recurrent, Parameter bias) {
        this.width = width;
        this.input = input;
        this.recurrent = recurrent;
        this.bias = bias;
    }

    /** Parameters {@code name.input}, {@code name.recurrent} and {@code name.bias}; the matrices Glorot uniform. */
    public static LstmCell create(String name, DataType type, int in, int width, RandomGenerator random) {
        Parameter bias = Parameter.create(name + ".bias", type, 1, GATES * width, Initialiser.zeros(), random);
        float[] values = bias.values();
        for (int i = width; i < 2 * width; i++) {
            values[i] = 1;
        }
        bias.load(values);
        return new LstmCell(
                width,
                Parameter.create(name + ".input", type, in, GATES * width, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".recurrent", type, width, GATES * width, Initialiser.glorotUniform(), random),
                bias);
    }

    /** A cell of given parameters, which it owns from now on. */
    public static LstmCell of(Parameter input, Parameter recurrent, Parameter bias) {
        return new LstmCell(CellShapes.width(GATES, input, recurrent, bias), input, recurrent, bias);
    }

    public int width() {
        return width;
    }

    /** What sequences read, W: [in, 4 k]. */
    public Parameter input() {
        return input;
    }

    /** What a product x W lacks to be gates of a first step: {@code x W + b}, [n, 4 k]. */
    public Variable gates(Variable product) {
        return product.plus(bias.on(product.tape()));
    }

    /** The state after a first step, from its {@link #gates}. */
    public State first(Variable gates) {
        Variable cell = gate(gates, 0).sigmoid().times(gate(gates, 2).tanh());
        return new State(cell, output(gates, cell));
    }

    /** The state after a further step: row i goes on from row i of the state before. */
    public State next(Variable gates, State before) {
        Tape tape = gates.tape();
        Variable all = gates.plus(before.output().matmul(recurrent.on(tape)));
        Variable kept = gate(all, 1).sigmoid().times(before.cell());
        Variable cell = kept.plus(gate(all, 0).sigmoid().times(gate(all, 2).tanh()));
        return new State(cell, output(all, cell));
    }

    private Variable output(Variable gates, Variable cell) {
        return gate(gates, 3).sigmoid().times(cell.tanh());
    }

    private Variable gate(Variable gates, int number) {
        return gates.sliceColumns(number * width, (number + 1) * width);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(input, recurrent, bias);
    }
}
