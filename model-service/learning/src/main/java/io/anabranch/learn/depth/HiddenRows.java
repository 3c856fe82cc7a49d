package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import java.util.List;

/** The hidden rows that a stage begins with: zeros, or a learnt linear map of the visible ones. */
sealed interface HiddenRows {

    Variable of(Variable visible);

    List<Parameter> weights();

    List<Parameter> vectors();

    static HiddenRows of(ModelSpec spec, int stage, ParameterSource source) {
        Stage shape = spec.getStages(stage - 1);
        return shape.getHiddenStart() == HiddenStart.HIDDEN_START_LEARNED
                ? new Learned(
                        source.parameter(TensorNames.hiddenStart(stage), shape.getWidth(), shape.getWidth()),
                        source.parameter(TensorNames.hiddenStartBias(stage), 1, shape.getWidth()))
                : new Zero();
    }

    record Zero() implements HiddenRows {
        @Override
        public Variable of(Variable visible) {
            return visible.tape()
                    .constant(Tensor.zeros(
                            visible.tape().scope(), visible.value().type(), visible.rows(), visible.columns()));
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

    /** c = h W + b. Shapes: weight [width, width], bias [1, width]. */
    record Learned(Parameter weight, Parameter bias) implements HiddenRows {
        @Override
        public Variable of(Variable visible) {
            return visible.matmul(weight.on(visible.tape())).plus(bias.on(visible.tape()));
        }

        @Override
        public List<Parameter> weights() {
            return List.of(weight);
        }

        @Override
        public List<Parameter> vectors() {
            return List.of(bias);
        }
    }
}
