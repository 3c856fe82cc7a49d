package io.anabranch.learn.optim;

import java.util.List;

/** Checks of what an optimiser is given. */
final class Gradients {

    private Gradients() {}

    static void checkCount(List<?> gradients, int parameters) {
        if (gradients.size() != parameters) {
            throw new IllegalArgumentException("The step needs one gradient (%d) for each parameter (%d)."
                    .formatted(gradients.size(), parameters));
        }
    }
}
