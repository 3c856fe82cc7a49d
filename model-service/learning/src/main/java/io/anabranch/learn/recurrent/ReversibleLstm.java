package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A reversible long short-term memory cell (MacKay et al., NeurIPS 2018): for the blocks {@code [z p f o g] = x W + h U + b} over the input and
 * the other half's hidden state h, with z and p limited from below, a half's cell becomes {@code z c + σ(f) tanh(g)} and then its hidden
 * state {@code p h + σ(o) tanh(c)}. The state [n, 4 w] is h1, h2, c1, c2 side by side, the output h1, h2.
 *
 * <p>Shapes of each half: W [in, 5 w], U [w, 5 w], b [1, 5 w].
 */
public final class ReversibleLstm implements ReversibleCell {

    private static final int CELLS = 2;

    private final List<LstmHalf> halves;
    private final ForgetLimit limit;

    private ReversibleLstm(LstmHalf first, LstmHalf second, ForgetLimit limit) {
        this.halves = List.of(first, second);
        this.limit = limit;
    }

    /**
     * Parameters {@code .input}, {@code .recurrent} and {@code .bias} of {@code name.first} and {@code name.second}; the matrices Glorot uniform, the
     * bias 1 for what keeps the cell, else zero.
     *
     * @param width of the output, even; the state is twice as wide
     */
    public static ReversibleLstm create(
            String name, DataType type, int in, int width, ForgetLimit limit, RandomGenerator random) {
        int half = Halves.widthOf(width);
        return new ReversibleLstm(
                LstmHalf.create(name + ".first", type, in, half, random),
                LstmHalf.create(name + ".second", type, in, half, random),
                limit);
    }

    /** Owns the weights, those of each half, from now on: blocks of columns z, p, f, o, g. */
    public static ReversibleLstm of(CellWeights first, CellWeights second, ForgetLimit limit) {
        LstmHalf one = half(first);
        LstmHalf other = half(second);
        Halves.checkAlike(one.parameters(), other.parameters());
        return new ReversibleLstm(one, other, limit);
    }

    @Override
    public ReversibleLstm with(CellWeights first, CellWeights second) {
        return new ReversibleLstm(half(first), half(second), limit);
    }

    private static LstmHalf half(CellWeights weights) {
        return new LstmHalf(weights.input(), weights.recurrent(), weights.bias());
    }

    public ForgetLimit limit() {
        return limit;
    }

    @Override
    public int inputWidth() {
        return halves.getFirst().input().rows();
    }

    @Override
    public int partWidth() {
        return halves.getFirst().width();
    }

    @Override
    public int stateWidth() {
        return (HALVES + CELLS) * partWidth();
    }

    @Override
    public List<Parameter> parameters(int half) {
        return halves.get(half).parameters();
    }

    @Override
    public HalfStep halfStep(int half, Variable input, Variable other, StepNoise noise) {
        LstmHalf.Gates gates = halves.get(half).gates(input, other, limit);
        return new HalfStep() {
            @Override
            public int changes() {
                return 2;
            }

            @Override
            public int part(int change) {
                return change == 0 ? HALVES + half : half;
            }

            @Override
            public Change change(int change, Variable[] parts) {
                return change == 0
                        ? new Change(gates.keepCell(), gates.write())
                        : new Change(
                                gates.keepHidden(),
                                noise.added(gates.show().times(parts[part(0)].tanh()), half * partWidth()));
            }
        };
    }
}
