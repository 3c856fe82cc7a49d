package io.anabranch.learn.gnn;

import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Parameter;

/** Parameters as the named tensors of a model. */
public final class ParameterTensors {

    private ParameterTensors() {}

    /** A copy of shape [in, out]. */
    public static WeightTensor matrix(Parameter parameter) {
        return WeightTensor.matrix(parameter.name(), parameter.rows(), parameter.columns(), parameter.values());
    }

    /** A copy of a [1, out] parameter, of shape [out]. */
    public static WeightTensor vector(Parameter parameter) {
        return WeightTensor.vector(parameter.name(), parameter.values());
    }
}
