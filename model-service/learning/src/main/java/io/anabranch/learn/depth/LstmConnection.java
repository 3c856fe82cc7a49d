package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.LstmCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/**
 * {@code (h', c') = LSTM(y, h, c)}: as {@link GruConnection} with a long short-term memory, whose cell c is carried along depth beside the
 * visible row (RGNN, Huang and Carley 2019).
 */
public final class LstmConnection implements Connection {

    private final Cells<LstmCell> cells;

    private LstmConnection(Cells<LstmCell> cells) {
        this.cells = cells;
    }

    static LstmConnection of(ModelSpec spec, int stage, ParameterSource source) {
        int width = spec.getStages(stage - 1).getWidth();
        return new LstmConnection(
                Cells.of(spec, stage, true, (name, in) -> GatedParameters.lstm(name, in, width, source)));
    }

    @Override
    public LevelState start(Variable entry) {
        LstmCell cell = cells.ofStage();
        return state(cell.first(cell.gates(product(cell, entry))));
    }

    @Override
    public LevelState next(int layer, Variable output, LevelState before) {
        LstmCell cell = cells.ofLayer(layer);
        return state(cell.next(
                cell.gates(product(cell, output)), new LstmCell.State(before.hiddenRows(), before.visible())));
    }

    private static Variable product(LstmCell cell, Variable x) {
        return x.matmul(cell.input().on(x.tape()));
    }

    private static LevelState state(LstmCell.State state) {
        return new LevelState(state.output(), state.cell());
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
