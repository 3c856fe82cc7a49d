package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/**
 * {@code c' = γ c + (1 - γ) y}, {@code h' = h + c'}: a residual network whose increment has inertia (Sander, Ablin, Blondel and Peyré,
 * ICML 2021). γ = 0 is the residual network. Several stages of different widths are m-RevNet (Li and Gao 2021).
 */
public final class MomentumConnection implements Connection {

    private final double momentum;
    private final HiddenRows hiddenStart;

    private MomentumConnection(double momentum, HiddenRows hiddenStart) {
        this.momentum = momentum;
        this.hiddenStart = hiddenStart;
    }

    static MomentumConnection of(ModelSpec spec, int stage, ParameterSource source) {
        return new MomentumConnection(spec.getStages(stage - 1).getMomentum(), HiddenRows.of(spec, stage, source));
    }

    /** γ */
    public double momentum() {
        return momentum;
    }

    @Override
    public LevelState start(Variable entry) {
        return new LevelState(entry, hiddenStart.of(entry));
    }

    @Override
    public LevelState next(int layer, Variable output, LevelState before) {
        Variable velocity = before.hiddenRows().times(momentum).plus(output.times(1 - momentum));
        return new LevelState(before.visible().plus(velocity), velocity);
    }

    @Override
    public List<Parameter> weights() {
        return hiddenStart.weights();
    }

    @Override
    public List<Parameter> vectors() {
        return hiddenStart.vectors();
    }
}
