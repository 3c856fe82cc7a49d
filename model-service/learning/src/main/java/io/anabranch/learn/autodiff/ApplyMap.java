package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.learn.tensor.MapProducts;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.List;

/**
 * y = M · x [+ bias [+ addend]], with a constant linear map M of the rows, such as the sum over neighbours, and of that max(·, 0) where
 * it is rectified. With g' the gradient where y > 0 (all of it without a rectifier): dx = Mᵀ · g', dbias = the column sums of
 * g', daddend = g'. Shapes: x [inputs, d], bias [1, d], addend and y [outputs, d].
 */
record ApplyMap(LinearMap map, boolean rectified) implements Op {

    @Override
    public Tensor forward(TensorScope scope, List<Tensor> inputs) {
        return MapProducts.multiply(
                scope,
                map,
                inputs.getFirst(),
                inputs.size() > 1 ? inputs.get(1) : null,
                inputs.size() > 2 ? inputs.get(2) : null,
                rectified);
    }

    @Override
    public Variable before(Variable output, Variable gradient) {
        return rectified ? gradient.gatedBy(output) : gradient;
    }

    @Override
    public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
        return switch (index) {
            case 0 -> gradient.mapped(map.transposed());
            case 1 -> gradient.columnSum();
            default -> gradient;
        };
    }

    @Override
    public String label() {
        return "ApplyMap([%d, %d]%s)".formatted(map.outputs(), map.inputs(), rectified ? ", rectified" : "");
    }
}
