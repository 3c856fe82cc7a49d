package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code h' = z c + (1 - z) n}, {@code c' = h}: RevGRU (MacKay, Vicol, Ba and Grosse, NeurIPS 2018) across depth. h and c are the halves of a
 * state and change places in every layer; the gates read the half that stays.
 */
public final class ReversibleGateConnection implements Connection {

    private final Cells<GruCell> cells;
    private final HiddenRows hiddenStart;
    private final double maxForget;

    private ReversibleGateConnection(Cells<GruCell> cells, HiddenRows hiddenStart, double maxForget) {
        this.cells = cells;
        this.hiddenStart = hiddenStart;
        this.maxForget = maxForget;
    }

    static ReversibleGateConnection of(ModelSpec spec, int stage, ParameterSource source) {
        int width = spec.getStages(stage - 1).getWidth();
        return new ReversibleGateConnection(
                Cells.of(spec, stage, false, (name, in) -> GatedParameters.gru(name, in, width, source)),
                HiddenRows.of(spec, stage, source),
                spec.getStages(stage - 1).getMaxForget());
    }

    /** At most that share of a number is forgotten in a layer. */
    public double maxForget() {
        return maxForget;
    }

    /** The cell of a layer, from 1. */
    public GruCell cell(int layer) {
        return cells.ofLayer(layer);
    }

    @Override
    public LevelState start(Variable entry) {
        return new LevelState(entry, hiddenStart.of(entry));
    }

    @Override
    public LevelState next(int layer, Variable output, LevelState before) {
        GruCell.Gate gate = cell(layer).gate(output, before.visible(), maxForget);
        return new LevelState(gate.keep().times(before.hiddenRows()).plus(gate.increment()), before.visible());
    }

    @Override
    public List<Parameter> weights() {
        return Stream.concat(hiddenStart.weights().stream(), GatedParameters.weights(cells.all()).stream())
                .toList();
    }

    @Override
    public List<Parameter> vectors() {
        return Stream.concat(hiddenStart.vectors().stream(), GatedParameters.vectors(cells.all()).stream())
                .toList();
    }
}
