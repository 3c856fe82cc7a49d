package io.anabranch.learn.reversible;

import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Elementwise;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gradients in the parameters that were asked for, summed over the layers or steps that use them, in the order that they come in. */
public final class GradientSums {

    private final TensorScope scope;
    private final @Nullable Tensor[] sums;
    private final Map<Parameter, Integer> wanted = new IdentityHashMap<>();

    /**
     * @param scope where the sums live
     * @param sums one per parameter, to be filled; null where nothing used it or it is not wanted
     * @param asked of the op's inputs, those that a gradient is asked for
     * @param offset of the first parameter among the op's inputs
     */
    public GradientSums(
            TensorScope scope, List<Parameter> parameters, @Nullable Tensor[] sums, boolean[] asked, int offset) {
        this.scope = scope;
        this.sums = sums;
        for (int i = 0; i < parameters.size(); i++) {
            if (asked[offset + i]) {
                wanted.put(parameters.get(i), i);
            }
        }
    }

    public boolean wants(Parameter parameter) {
        return wanted.containsKey(parameter);
    }

    /** Adds a layer's or step's share. */
    public void add(Parameter parameter, Tensor gradient) {
        Integer index = wanted.get(parameter);
        if (index == null) {
            return;
        }
        Tensor sum = sums[index];
        if (sum == null) {
            sums[index] = gradient.copy(scope);
        } else {
            Elementwise.addTo(sum, gradient);
        }
    }
}
