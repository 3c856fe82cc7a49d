package io.anabranch.learn.depth;

import io.anabranch.learn.model.Levels;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sum over l of h_l W_l + b}: the embedding as a linear map of every level (Xu, Zhang, Jegelka and Kawaguchi, ICML 2021). A level
 * whose weights are zero changes nothing, so a model can be made deeper while it serves.
 *
 * @param weights by level, [width of h_l, readout width]
 * @param bias [1, readout width]
 */
public record AllHopsReadout(List<Parameter> weights, Parameter bias) {

    public AllHopsReadout {
        weights = List.copyOf(weights);
    }

    public static AllHopsReadout of(ModelSpec spec, ParameterSource source) {
        Levels levels = Levels.of(spec);
        List<Parameter> weights = new ArrayList<>();
        for (int l = 0; l <= levels.layers(); l++) {
            weights.add(source.parameter(TensorNames.readout(l), levels.width(l), spec.getReadoutWidth()));
        }
        return new AllHopsReadout(weights, source.parameter(TensorNames.READOUT_BIAS, 1, spec.getReadoutWidth()));
    }

    /** Of level l. */
    public Parameter weight(int level) {
        return weights.get(level);
    }
}
