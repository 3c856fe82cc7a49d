package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Activations;
import io.anabranch.learn.tensor.LinearMap;
import io.anabranch.model.v1.Activation;

/** Messages summed and activated; a rectifier is part of the sum's own pass. */
final class Summed {

    private Summed() {}

    /** @param addend none, or one of [n, width] */
    static Variable map(Variable messages, LinearMap sum, Activation activation, Variable bias, Variable... addend) {
        return activation == Activation.ACTIVATION_RELU
                ? messages.mapped(sum, true, bias, addend)
                : Activations.apply(activation, messages.mapped(sum, false, bias, addend));
    }
}
