package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.GruCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/**
 * {@code h' = GRU(y, h)}: the layer's output is the input of a gated recurrent unit, and the vertex's row its state (RGNN, Huang and Carley
 * 2019). The stage begins with the cell on the entry's rows and a zero state.
 */
public final class GruConnection implements Connection {

    private final Cells<GruCell> cells;

    private GruConnection(Cells<GruCell> cells) {
        this.cells = cells;
    }

    static GruConnection of(ModelSpec spec, int stage, ParameterSource source) {
        int width = spec.getStages(stage - 1).getWidth();
        return new GruConnection(
                Cells.of(spec, stage, true, (name, in) -> GatedParameters.gru(name, in, width, source)));
    }

    @Override
    public LevelState start(Variable entry) {
        return new LevelState(cells.ofStage().first(entry), null);
    }

    @Override
    public LevelState next(int layer, Variable output, LevelState before) {
        return new LevelState(cells.ofLayer(layer).next(output, before.visible()), null);
    }

    @Override
    public List<Parameter> weights() {
        return GatedParameters.weights(cells.all());
    }

    @Override
    public List<Parameter> vectors() {
        return GatedParameters.vectors(cells.all());
    }
}
