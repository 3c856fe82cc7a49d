package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Steps {@code h' = h + d f(h, x)} of the differential equation with {@code f = h A + tanh(h W + x E + e)} (Erichson et al., ICLR 2021; with noise
 * Lim et al., NeurIPS 2021), where d is a step length of each unit that is learnt. Without A and with a skew-symmetric W it is
 * the antisymmetric network (Chang et al., ICLR 2019).
 *
 * <p>Shapes: x [n, in], h [n, k], E [in, k], e and d [1, k], A and W [k, k], which are {@link StructuredMatrix made} of free ones. The state is the output.
 */
public final class LipschitzCell implements RecurrentCell {

    private static final double FREE_DEVIATION = 0.1;

    private final double time;
    private final @Nullable StructuredMatrix linearStructure;
    private final StructuredMatrix recurrentStructure;
    /** Of A; null where there is none. */
    private final @Nullable Parameter linear;

    private final Parameter recurrent;
    private final Parameter input;
    private final Parameter bias;
    private final Parameter sizes;

    private LipschitzCell(
            String name,
            DataType type,
            int in,
            int width,
            double time,
            @Nullable StructuredMatrix linear,
            StructuredMatrix recurrent,
            RandomGenerator random) {
        if (!(time > 0 && time < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The step (%s) must be positive and finite.".formatted(time));
        }
        // Normal with a deviation of 0.1 / k.
        Initialiser free = (rows, columns, generator) -> generator.nextGaussian() * FREE_DEVIATION / rows;
        this.time = time;
        this.linearStructure = linear;
        this.recurrentStructure = recurrent;
        this.linear = linear == null ? null : Parameter.create(name + ".linear", type, width, width, free, random);
        this.recurrent = Parameter.create(name + ".recurrent", type, width, width, free, random);
        this.input = Parameter.create(name + ".input", type, in, width, Initialiser.glorotUniform(), random);
        this.bias = Parameter.create(name + ".bias", type, 1, width, Initialiser.zeros(), random);
        this.sizes = Parameter.create(name + ".sizes", type, 1, width, Initialiser.constant(time), random);
    }

    /**
     * Parameters {@code name.linear} and {@code name.recurrent}, free matrices that are normal with deviation 0.1 / k; {@code name.input}, Glorot
     * uniform; {@code name.bias}, zero; {@code name.sizes}, the step.
     *
     * @param time the step that d begins with
     */
    public static LipschitzCell create(
            String name,
            DataType type,
            int in,
            int width,
            double time,
            StructuredMatrix linear,
            StructuredMatrix recurrent,
            RandomGenerator random) {
        return new LipschitzCell(name, type, in, width, time, linear, recurrent, random);
    }

    /** The antisymmetric network {@code h' = h + d tanh(h (C - Cᵀ - gamma I) + x E + e)}; parameters as of {@link #create}, without the linear one. */
    public static LipschitzCell antisymmetric(
            String name, DataType type, int in, int width, double time, double gamma, RandomGenerator random) {
        return new LipschitzCell(name, type, in, width, time, null, new StructuredMatrix(1, gamma), random);
    }

    @Override
    public int inputWidth() {
        return input.rows();
    }

    @Override
    public int stateWidth() {
        return recurrent.rows();
    }

    @Override
    public int outputWidth() {
        return recurrent.rows();
    }

    @Override
    public boolean hasStepSize() {
        return true;
    }

    /** A on a tape, [k, k]; null where there is none. */
    public @Nullable Variable linear(Tape tape) {
        return linear == null || linearStructure == null ? null : linearStructure.of(linear.on(tape));
    }

    /** W on a tape, [k, k]. */
    public Variable recurrent(Tape tape) {
        return recurrentStructure.of(recurrent.on(tape));
    }

    @Override
    public Transition on(Tape tape) {
        Drift drift = new Drift(tape);
        return (x, state, noise) -> noise.moved(state, sizes.on(tape), time, drift.of(x, state));
    }

    /** What {@link NoiseMode#EULER_MARUYAMA} noise does in a step: √dt (additive + multiplicative f). */
    public Diffusion diffusion(Tape tape, double additive, double multiplicative) {
        Drift drift = new Drift(tape);
        return (x, state) ->
                drift.of(x, state).times(multiplicative).plus(additive).times(Math.sqrt(time));
    }

    /** f on a tape. */
    private final class Drift {
        private final @Nullable Variable a;
        private final Variable w;

        Drift(Tape tape) {
            this.a = linear(tape);
            this.w = recurrent(tape);
        }

        Variable of(Variable x, Variable state) {
            Tape tape = x.tape();
            Variable read = x.matmul(input.on(tape)).plus(bias.on(tape));
            Variable bent = state.matmul(w).plus(read).tanh();
            return a == null ? bent : state.matmul(a).plus(bent);
        }
    }

    @Override
    public List<Parameter> parameters() {
        return linear == null ? List.of(recurrent, input, bias, sizes) : List.of(linear, recurrent, input, bias, sizes);
    }
}
