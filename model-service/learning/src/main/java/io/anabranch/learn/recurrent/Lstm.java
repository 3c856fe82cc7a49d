package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.LstmCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/** A long short-term memory cell; its state [n, 2 k] is the output h and the cell c, side by side. See {@link LstmCell} for the formulas. */
public final class Lstm implements PrunableCell {

    private final LstmCell cell;

    private Lstm(LstmCell cell) {
        this.cell = cell;
    }

    /** Parameters as of {@link LstmCell#create}. */
    public static Lstm create(String name, DataType type, int in, int width, RandomGenerator random) {
        return new Lstm(LstmCell.create(name, type, in, width, random));
    }

    /** Owns the cell from now on. */
    public static Lstm of(LstmCell cell) {
        return new Lstm(cell);
    }

    @Override
    public int inputWidth() {
        return cell.input().rows();
    }

    @Override
    public int stateWidth() {
        return 2 * cell.width();
    }

    @Override
    public int outputWidth() {
        return cell.width();
    }

    @Override
    public Transition on(Tape tape) {
        int width = cell.width();
        return (input, state, noise) -> {
            Variable gates = cell.gates(input.matmul(cell.input().on(tape)));
            LstmCell.State before =
                    new LstmCell.State(state.sliceColumns(width, 2 * width), state.sliceColumns(0, width));
            LstmCell.State after = cell.next(gates, before);
            return noise.added(after.output(), 0).concatColumns(after.cell());
        };
    }

    @Override
    public List<Parameter> parameters() {
        return cell.parameters();
    }

    @Override
    public int groups() {
        return 1;
    }

    @Override
    public List<double[][]> readers(int group) {
        return List.<double[][]>of(CellWeights.of(parameters()).readers());
    }

    @Override
    public double[] magnitudes(int group) {
        CellWeights weights = CellWeights.of(parameters());
        return CellWeights.sum(weights.written(), weights.read());
    }

    @Override
    public Lstm pruned(List<KeptUnits> kept, boolean reconstructed) {
        KeptUnits units = kept.getFirst();
        CellWeights left = CellWeights.of(parameters()).pruned(units, units, reconstructed);
        return of(LstmCell.of(left.input(), left.recurrent(), left.bias()));
    }
}
