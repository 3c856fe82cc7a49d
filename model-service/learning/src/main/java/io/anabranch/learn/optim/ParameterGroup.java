package io.anabranch.learn.optim;

import io.anabranch.learn.nn.Parameter;
import java.util.List;

/** Parameters that share a weight decay (zero for none). */
public record ParameterGroup(List<Parameter> parameters, double weightDecay) {

    public ParameterGroup {
        parameters = List.copyOf(parameters);
        if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The weight decay (%s) must be zero or positive.".formatted(weightDecay));
        }
    }
}
