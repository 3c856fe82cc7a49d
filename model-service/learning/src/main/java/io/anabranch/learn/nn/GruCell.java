package io.anabranch.learn.nn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A gated recurrent unit (Cho et al. 2014) that reads x and a state h: {@code z = σ(x W_z + h U_z + b_z)},
 * {@code r = σ(x W_r + h U_r + b_r)}, {@code n = tanh(x W_n + (r h) U_n + b_n)} and {@code h' = (1 - z) h + z n}. The same columns make the
 * reversible gate of MacKay et al. (NeurIPS 2018), where z says what another half of the state keeps: see {@link #gate}.
 *
 * <p>Shapes: x [n, in], W [in, 3 k], U [k, 3 k], b [1, 3 k], all with the columns z, r, n; h [n, k]. A row's state depends on that row alone.
 */
public final class GruCell implements Parametric {

    /**
     * What a reversible gate does to the half of the state that it did not read: {@code keep · half + (1 - keep) · candidate}. [n, k] each.
     */
    public record Gate(Variable keep, Variable candidate) {

        /** What is added to the kept part: (1 - keep) · candidate. */
        public Variable increment() {
            return candidate.minus(keep.times(candidate));
        }
    }

    private static final int GATES = 3;

    private final int width;
    private final Parameter input;
    private final Parameter recurrent;
    private final Parameter bias;
    private final boolean byRows;

    private GruCell(int width, Parameter input, Parameter recurrent, Parameter bias, boolean byRows) {
        this.width = width;
        this.input = input;
        this.recurrent = recurrent;
        this.bias = bias;
        this.byRows = byRows;
    }

    /** Parameters {@code name.input}, {@code name.recurrent} and {@code name.bias}; the matrices Glorot uniform, the bias zero. */
    public static GruCell create(String name, DataType type, int in, int width, RandomGenerator random) {
        return new GruCell(
                width,
                Parameter.create(name + ".input", type, in, GATES * width, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".recurrent", type, width, GATES * width, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".bias", type, 1, GATES * width, Initialiser.zeros(), random),
                false);
    }

    /** A cell of given parameters, which it owns from now on. */
    public static GruCell of(Parameter input, Parameter recurrent, Parameter bias) {
        return new GruCell(CellShapes.width(GATES, input, recurrent, bias), input, recurrent, bias, false);
    }

    /** This cell, of the same parameters, with products that make each row's state depend on that row alone to the last bit. */
    public GruCell byRows() {
        return new GruCell(width, input, recurrent, bias, true);
    }

    public int width() {
        return width;
    }

    /** The state after a first step, from the zero state: z n. */
    public Variable first(Variable x) {
        Variable read = read(x);
        return part(read, 0).sigmoid().times(part(read, 2).tanh());
    }

    /** The state after a further step: (1 - z) h + z n. */
    public Variable next(Variable x, Variable state) {
        Variable read = read(x);
        Variable gates = gates(read, state);
        Variable update = gates.sliceColumns(0, width);
        return state.minus(update.times(state)).plus(update.times(candidate(read, gates, state)));
    }

    /**
     * The reversible gate for the other half of the state, from x and this half: keep = 1 - maxForget + maxForget z, candidate n.
     *
     * @param maxForget in (0, 1]: at most that share of a number is forgotten
     */
    public Gate gate(Variable x, Variable state, double maxForget) {
        Variable read = read(x);
        Variable gates = gates(read, state);
        Variable z = gates.sliceColumns(0, width);
        Variable keep = maxForget == 1 ? z : z.times(maxForget).plus(1 - maxForget);
        return new Gate(keep, candidate(read, gates, state));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(input, recurrent, bias);
    }

    private Variable read(Variable x) {
        Tape tape = x.tape();
        return product(x, input.on(tape)).plus(bias.on(tape));
    }

    /** z and r side by side: [n, 2 k]. */
    private Variable gates(Variable read, Variable state) {
        Variable weights = recurrent.on(state.tape()).sliceColumns(0, 2 * width);
        return read.sliceColumns(0, 2 * width).plus(product(state, weights)).sigmoid();
    }

    private Variable candidate(Variable read, Variable gates, Variable state) {
        Variable weights = recurrent.on(state.tape()).sliceColumns(2 * width, 3 * width);
        Variable reset = gates.sliceColumns(width, 2 * width).times(state);
        return part(read, 2).plus(product(reset, weights)).tanh();
    }

    private Variable product(Variable rows, Variable weights) {
        return byRows ? rows.rowMatmul(weights) : rows.matmul(weights);
    }

    private Variable part(Variable columns, int number) {
        return columns.sliceColumns(number * width, (number + 1) * width);
    }
}
