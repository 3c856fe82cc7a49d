package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.tensor.DataType;
import java.util.List;
import java.util.random.RandomGenerator;

/** A gated recurrent unit; its state is its output, [n, k]. See {@link GruCell} for the formulas. */
public final class Gru implements PrunableCell {

    private final GruCell cell;

    private Gru(GruCell cell) {
        this.cell = cell;
    }

    /** Parameters as of {@link GruCell#create}. */
    public static Gru create(String name, DataType type, int in, int width, RandomGenerator random) {
        return new Gru(GruCell.create(name, type, in, width, random));
    }

    /** Owns the cell from now on. */
    public static Gru of(GruCell cell) {
        return new Gru(cell);
    }

    @Override
    public int inputWidth() {
        return cell.parameters().getFirst().rows();
    }

    @Override
    public int stateWidth() {
        return cell.width();
    }

    @Override
    public int outputWidth() {
        return cell.width();
    }

    @Override
    public Transition on(Tape tape) {
        return (input, state, noise) -> noise.added(cell.next(input, state), 0);
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
    public Gru pruned(List<KeptUnits> kept, boolean reconstructed) {
        KeptUnits units = kept.getFirst();
        CellWeights left = CellWeights.of(parameters()).pruned(units, units, reconstructed);
        return of(GruCell.of(left.input(), left.recurrent(), left.bias()));
    }
}
