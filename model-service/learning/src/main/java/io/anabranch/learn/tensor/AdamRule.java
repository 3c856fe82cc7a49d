package io.anabranch.learn.tensor;

/**
 * The numbers of Adam.
 *
 * @param learningRate positive
 * @param beta1 how much of the running mean of gradients is kept, in [0, 1)
 * @param beta2 how much of the running mean of squared gradients is kept, in [0, 1)
 * @param epsilon added to the divisor, positive
 * @param decoupled whether weight decay shrinks the weights themselves (AdamW) instead of being part of the gradient
 */
public record AdamRule(double learningRate, double beta1, double beta2, double epsilon, boolean decoupled) {

    public AdamRule {
        check("learning rate", learningRate, learningRate > 0 && learningRate < Double.POSITIVE_INFINITY, "positive");
        check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
        check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
        check("epsilon", epsilon, epsilon > 0 && epsilon < Double.POSITIVE_INFINITY, "positive");
    }

    /** Adam as published, with classic L2 weight decay: β₁ 0.9, β₂ 0.999, ε 1e-8. */
    public static AdamRule of(double learningRate) {
        return new AdamRule(learningRate, 0.9, 0.999, 1e-8, false);
    }

    public AdamRule withDecoupledDecay() {
        return new AdamRule(learningRate, beta1, beta2, epsilon, true);
    }

    public AdamRule withLearningRate(double rate) {
        return new AdamRule(rate, beta1, beta2, epsilon, decoupled);
    }

    private static void check(String name, double value, boolean holds, String range) {
        if (!holds) {
            throw new IllegalArgumentException("The %s (%s) must be %s.".formatted(name, value, range));
        }
    }
}
