package io.anabranch.learn.compress;

import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.model.v1.ModelSpec;

/** Which models can be made smaller here. */
final class Compressible {

    private Compressible() {}

    /**
     * The cost of a pass over histories depends on how long they are, and what a state's units are worth on the traffic, not on weights alone.
     *
     * @throws InvalidModelException if the model reads histories
     */
    static void require(ModelSpec spec) {
        if (spec.hasHistory()) {
            throw new InvalidModelException(
                    "The model (%s) reads histories, so its layers and channels cannot be removed; allowed: models without a history."
                            .formatted(spec.getName()));
        }
    }
}
