package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A reversible gated recurrent unit (MacKay et al., NeurIPS 2018): each half of the state becomes {@code z h + (1 - z) g} with z, the keep factor,
 * and g of {@link GruCell#gate} over the input and the other half. The state [n, 2 w] is the two halves side by side, and all of it output.
 */
public final class ReversibleGru implements ReversibleCell {

    private final List<GruCell> cells;
    private final List<GruCell> byRows;
    private final ForgetLimit limit;

    private ReversibleGru(GruCell first, GruCell second, ForgetLimit limit) {
        this.cells = List.of(first, second);
        this.byRows = List.of(first.byRows(), second.byRows());
        this.limit = limit;
    }

    /**
     * Parameters of {@link GruCell#create} for the halves {@code name.first} and {@code name.second}.
     *
     * @param width of the state, even
     */
    public static ReversibleGru create(
            String name, DataType type, int in, int width, ForgetLimit limit, RandomGenerator random) {
        int half = Halves.widthOf(width);
        return new ReversibleGru(
                GruCell.create(name + ".first", type, in, half, random),
                GruCell.create(name + ".second", type, in, half, random),
                limit);
    }

    /** Owns the cells, one for each half, from now on. */
    public static ReversibleGru of(GruCell first, GruCell second, ForgetLimit limit) {
        Halves.checkAlike(first.parameters(), second.parameters());
        return new ReversibleGru(first, second, limit);
    }

    @Override
    public ReversibleGru with(CellWeights first, CellWeights second) {
        return of(cell(first), cell(second), limit);
    }

    private static GruCell cell(CellWeights weights) {
        return GruCell.of(weights.input(), weights.recurrent(), weights.bias());
    }

    public ForgetLimit limit() {
        return limit;
    }

    @Override
    public int inputWidth() {
        return cells.getFirst().parameters().getFirst().rows();
    }

    @Override
    public int partWidth() {
        return cells.getFirst().width();
    }

    @Override
    public int stateWidth() {
        return HALVES * partWidth();
    }

    @Override
    public List<Parameter> parameters(int half) {
        return cells.get(half).parameters();
    }

    @Override
    public HalfStep halfStep(int half, Variable input, Variable other, StepNoise noise) {
        GruCell.Gate gate = byRows.get(half).gate(input, other, limit.share());
        Change change = new Change(gate.keep(), noise.added(gate.increment(), half * partWidth()));
        return new HalfStep() {
            @Override
            public int changes() {
                return 1;
            }

            @Override
            public int part(int number) {
                return half;
            }

            @Override
            public Change change(int number, Variable[] parts) {
                return change;
            }
        };
    }
}
