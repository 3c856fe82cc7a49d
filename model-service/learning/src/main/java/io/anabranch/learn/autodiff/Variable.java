package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.learn.tensor.RowMaximum;
import io.anabranch.learn.tensor.Rows;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.learn.tensor.Tensor;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A value on a tape, and the vocabulary to compute with it. Shapes are [rows, columns]; n below is the number of rows.
 *
 * <p>Where two operands are combined element by element, each dimension must be equal or 1 in one of them, which is then
 * repeated: [n, d] with a row [1, d] (a bias), a column [n, 1] (a weight per row) or a scalar [1, 1].
 */
public final class Variable {

    private final Tape tape;
    private final int order;
    private final Tensor value;
    private final @Nullable Op op;
    private final List<Variable> inputs;
    private final boolean differentiable;

    Variable(Tape tape, int order, Tensor value, @Nullable Op op, List<Variable> inputs, boolean differentiable) {
        this.tape = tape;
        this.order = order;
        this.value = value;
        this.op = op;
        this.inputs = inputs;
        this.differentiable = differentiable;
    }

    public Tape tape() {
        return tape;
    }

    /** The value; lives in the tape's scope (or, of a leaf, in the scope that it was made in). */
    public Tensor value() {
        return value;
    }

    /** The value of a [1, 1] variable. */
    public double scalar() {
        return value.scalar();
    }

    public int rows() {
        return value.rows();
    }

    public int columns() {
        return value.columns();
    }

    /** For messages: {@code [rows, columns]}. */
    public String shape() {
        return value.shape();
    }

    /** Whether a gradient can flow into this variable. */
    public boolean differentiable() {
        return differentiable;
    }

    /** The same value as a constant: no gradient flows through it. */
    public Variable stopGradient() {
        return tape.constant(value);
    }

    // Arithmetic, element by element.

    public Variable plus(Variable other) {
        return tape.apply(new Add(), this, other);
    }

    public Variable plus(double number) {
        return tape.apply(new Affine(1, number), this);
    }

    public Variable minus(Variable other) {
        return tape.apply(new Subtract(), this, other);
    }

    public Variable times(Variable other) {
        return tape.apply(new Multiply(), this, other);
    }

    public Variable times(double number) {
        return tape.apply(new Affine(number, 0), this);
    }

    public Variable over(Variable divisor) {
        return tape.apply(new Divide(), this, divisor);
    }

    public Variable negate() {
        return times(-1);
    }

    public Variable square() {
        return tape.apply(new Square(), this);
    }

    public Variable sqrt() {
        return tape.apply(new Sqrt(), this);
    }

    public Variable exp() {
        return tape.apply(new Exp(), this);
    }

    /** The natural logarithm. */
    public Variable log() {
        return tape.apply(new Log(), this);
    }

    public Variable relu() {
        return tape.apply(new Relu(), this);
    }

    /** This where the gate, of the same shape, is positive, else 0; no gradient flows into the gate. */
    public Variable gatedBy(Variable gate) {
        return tape.apply(new Gate(), this, gate);
    }

    /** |x|. */
    public Variable abs() {
        return tape.apply(new Abs(), this);
    }

    /** 1, -1, or 0 where this is 0; no gradient flows through it. */
    public Variable sign() {
        return tape.apply(new Sign(), this);
    }

    /** The angle in radians, 0 to π, of which this is the cosine; beyond 1 and -1 as at these, where the gradient is taken to be 0. */
    public Variable arcCosine() {
        return tape.apply(new ArcCosine(), this);
    }

    public Variable sigmoid() {
        return tape.apply(new Sigmoid(), this);
    }

    public Variable tanh() {
        return tape.apply(new Tanh(), this);
    }

    /** x where x > 0, else exp(x) - 1. */
    public Variable elu() {
        return tape.apply(new Elu(), this);
    }

    /** log(1 + exp(x)) without overflow. */
    public Variable softplus() {
        return tape.apply(new Softplus(), this);
    }

    /** Zero with the probability {@code rate}, else divided by {@code 1 - rate}; rate 0 gives this variable. */
    public Variable dropout(double rate, RandomGenerator random) {
        return rate == 0
                ? this
                : times(tape.constant(Rows.dropoutMask(tape.scope(), value.type(), rows(), columns(), rate, random)));
    }

    // Products.

    /** [n, k] · [k, m] = [n, m]. */
    public Variable matmul(Variable right) {
        return matmul(right, false, false);
    }

    /** The same, but each row of it depends on that row and the right matrix alone, to the last bit. */
    public Variable rowMatmul(Variable right) {
        return tape.apply(new RowMatmul(), this, right);
    }

    /** op(this) · op(right), where op transposes if its flag is set. */
    public Variable matmul(Variable right, boolean transposeThis, boolean transposeRight) {
        return tape.apply(new Matmul(transposeThis, transposeRight), this, right);
    }

    /** left · this: [n, k] sparse · [k, m] = [n, m]. */
    public Variable sparseMatmul(SparseMatrix left) {
        return tape.apply(new SparseMatmul(left), this);
    }

    /** map · this: [inputs, m] → [outputs, m]. */
    public Variable mapped(LinearMap map) {
        return tape.apply(new ApplyMap(map, false), this);
    }

    /**
     * map · this + bias [+ addend], and of that {@link #relu} where it is rectified, in one go.
     *
     * @param bias [1, m]
     * @param addend none, or one of [outputs, m]
     */
    public Variable mapped(LinearMap map, boolean rectified, Variable bias, Variable... addend) {
        if (addend.length > 1) {
            throw new IllegalArgumentException("There is one addend at most, not %d.".formatted(addend.length));
        }
        return addend.length == 0
                ? tape.apply(new ApplyMap(map, rectified), this, bias)
                : tape.apply(new ApplyMap(map, rectified), this, bias, addend[0]);
    }

    /** The extrema of some rows, column by column: [inputs, m] → [outputs, m]. */
    public Variable maximum(RowMaximum map) {
        return tape.apply(new Maximum(map), this);
    }

    /**
     * The neighbour sums y_r = Σ_e w_e · x_column(e), differentiable in the weights too.
     *
     * @param weights [entries, 1], in the pattern's order of entries
     */
    public Variable aggregate(SparsePattern edges, Variable weights) {
        return tape.apply(new Aggregate(edges), this, weights);
    }

    /** The products ⟨this_row(e), other_column(e)⟩ for each entry e of the pattern: [entries, 1]. */
    public Variable edgeDot(SparsePattern edges, Variable other) {
        return tape.apply(new EdgeDot(edges), this, other);
    }

    /** The scalar product of each row with the other's row: [n, d], [n, d] → [n, 1]. */
    public Variable rowDot(Variable other) {
        return tape.apply(new RowDot(), this, other);
    }

    public Variable transpose() {
        return tape.apply(new Transpose(), this);
    }

    // Row-wise distributions.

    public Variable softmax() {
        return tape.apply(new Softmax(), this);
    }

    public Variable logSoftmax() {
        return tape.apply(new LogSoftmax(), this);
    }

    // Sums and repetitions.

    /** [1, 1]. */
    public Variable sum() {
        return sumTo(1, 1);
    }

    /** The mean of all elements: [1, 1]. */
    public Variable mean() {
        return sum().times(1.0 / value.size());
    }

    /** [n, d] → [n, 1]. */
    public Variable rowSum() {
        return sumTo(rows(), 1);
    }

    /** [n, d] → [1, d]. */
    public Variable columnSum() {
        return sumTo(1, columns());
    }

    /** Sums over the dimensions that are 1 in the target shape. */
    public Variable sumTo(int rows, int columns) {
        return rows == rows() && columns == columns() ? this : tape.apply(new SumTo(rows, columns), this);
    }

    /** Repeats along the dimensions that are 1 in this shape. */
    public Variable broadcastTo(int rows, int columns) {
        return rows == rows() && columns == columns() ? this : tape.apply(new BroadcastTo(rows, columns), this);
    }

    // Rows and columns.

    /** Row i of the result is row {@code indices[i]} of this; the array is kept and must not change. */
    public Variable gatherRows(int... indices) {
        return tape.apply(new GatherRows(indices), this);
    }

    /** Row i of this is added to row {@code indices[i]} of a zero [rows, columns()]; the array is kept. */
    public Variable scatterAddRows(int rows, int... indices) {
        return tape.apply(new ScatterAddRows(rows, indices), this);
    }

    /** This and the others side by side; all have n rows. */
    public Variable concatColumns(Variable... others) {
        Variable[] all = new Variable[others.length + 1];
        all[0] = this;
        System.arraycopy(others, 0, all, 1, others.length);
        return tape.apply(new ConcatColumns(), all);
    }

    /** This and the others one below the other; all have the same columns. */
    public Variable concatRows(Variable... others) {
        Variable[] all = new Variable[others.length + 1];
        all[0] = this;
        System.arraycopy(others, 0, all, 1, others.length);
        return tape.apply(new ConcatRows(), all);
    }

    /** The columns from (inclusive) to (exclusive). */
    public Variable sliceColumns(int from, int to) {
        return tape.apply(new SliceColumns(from, to), this);
    }

    /** How this variable was computed, as an indented tree; a variable used twice is shown once in full. */
    public String render() {
        return Rendering.tree(this);
    }

    @Override
    public String toString() {
        return "%s %s".formatted(op == null ? (differentiable ? "variable" : "constant") : op.label(), value);
    }

    int order() {
        return order;
    }

    @Nullable
    Op op() {
        return op;
    }

    List<Variable> inputs() {
        return inputs;
    }
}
