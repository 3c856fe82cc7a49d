package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import java.util.List;

/** {@code h' = h + y} (He et al., CVPR 2016). */
public record ResidualConnection() implements Connection {

    @Override
    public LevelState start(Variable entry) {
        return new LevelState(entry, null);
    }

    @Override
    public LevelState next(int layer, Variable output, LevelState before) {
        return new LevelState(before.visible().plus(output), null);
    }

    @Override
    public List<Parameter> weights() {
        return List.of();
    }

    @Override
    public List<Parameter> vectors() {
        return List.of();
    }
}
