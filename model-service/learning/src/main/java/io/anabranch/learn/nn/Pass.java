package io.anabranch.learn.nn;

import java.util.random.RandomGenerator;

/** Why a model is run: to learn, with noise from a seeded generator, or to predict, without. */
public sealed interface Pass {

    record Training(RandomGenerator random) implements Pass {}

    record Inference() implements Pass {}

    static Pass training(RandomGenerator random) {
        return new Training(random);
    }

    static Pass inference() {
        return new Inference();
    }
}
