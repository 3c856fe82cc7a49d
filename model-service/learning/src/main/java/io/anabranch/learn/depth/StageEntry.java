package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.ModelSpec;

/** What a stage makes of the rows x before it: {@code act(x W + b)}. Shapes: weight [in, width], bias [1, width]. */
public record StageEntry(Activation activation, Parameter weight, Parameter bias) {

    public static StageEntry of(ModelSpec spec, int stage, ParameterSource source) {
        Levels levels = Levels.of(spec);
        int width = levels.stage(stage).getWidth();
        return new StageEntry(
                levels.stage(stage).getEntryActivation(),
                source.parameter(TensorNames.entry(stage), levels.entryWidth(stage), width),
                source.parameter(TensorNames.entryBias(stage), 1, width));
    }

    /** The entry's rows from x W. */
    public Variable of(Variable product) {
        return Activations.apply(activation, product.plus(bias.on(product.tape())));
    }
}
