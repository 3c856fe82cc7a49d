package io.anabranch.learn.nn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** y = x · W + b. Shapes: x [n, in], W [in, out], b [1, out], y [n, out]. */
public final class Linear implements Parametric {

    private final Parameter weight;
    private final @Nullable Parameter bias;

    private Linear(Parameter weight, @Nullable Parameter bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** Parameters {@code name.weight} and, with a bias that starts at zero, {@code name.bias}. */
    public static Linear create(
            String name,
            DataType type,
            int in,
            int out,
            boolean withBias,
            Initialiser initialiser,
            RandomGenerator random) {
        Parameter weight = Parameter.create(name + ".weight", type, in, out, initialiser, random);
        Parameter bias = withBias ? Parameter.create(name + ".bias", type, 1, out, Initialiser.zeros(), random) : null;
        return new Linear(weight, bias);
    }

    /** Owns the parameters from now on. */
    public static Linear of(Parameter weight, @Nullable Parameter bias) {
        return new Linear(weight, bias);
    }

    /** A map of its own with the same names and values. */
    public Linear copy() {
        return new Linear(weight.copy(), bias == null ? null : bias.copy());
    }

    public Variable apply(Variable x) {
        return withBias(x.matmul(weight.on(x.tape())));
    }

    /** The same for a constant sparse x, whose zeros cost nothing. */
    public Variable apply(Tape tape, SparseMatrix x) {
        return withBias(weight.on(tape).sparseMatmul(x));
    }

    public Parameter weight() {
        return weight;
    }

    public @Nullable Parameter bias() {
        return bias;
    }

    @Override
    public List<Parameter> parameters() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    private Variable withBias(Variable product) {
        return bias == null ? product : product.plus(bias.on(product.tape()));
    }
}
