package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.model.v1.Activation;

/** The activations of the model format. */
public final class Activations {

    private Activations() {}

    /** Element by element; the shape stays. */
    public static Variable apply(Activation activation, Variable x) {
        return switch (activation) {
            case ACTIVATION_IDENTITY, ACTIVATION_UNSPECIFIED -> x;
            case ACTIVATION_RELU -> x.relu();
            case ACTIVATION_TANH -> x.tanh();
            case ACTIVATION_ELU -> x.elu();
            case UNRECOGNIZED -> throw new IllegalArgumentException("The activation is unknown.");
        };
    }
}
