package io.anabranch.learn.tensor;

import io.anabranch.learn.tensor.Scratch.Slot;

/** The steps of optimisers as one pass over weights, gradients and state, which they overwrite in place. */
public final class OptimiserSteps {

    private OptimiserSteps() {}

    /**
     * One step of Adam (Kingma and Ba 2015, algorithm 1): m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
     * w ← w - rate · m̂ / (√v̂ + ε), with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ).
     *
     * <p>Decay: classic adds decay · w to g; decoupled (Loshchilov and Hutter 2019) takes rate · decay · w off w.
     *
     * @param step t, from 1 on
     */
    public static void adam(
            Tensor weights, Tensor gradient, Tensor mean, Tensor variance, AdamRule rule, double decay, int step) {
        Shapes.checkSameShape("step along", weights, gradient);
        Shapes.checkSameShape("step with the state of", weights, mean);
        Shapes.checkSameShape("step with the state of", weights, variance);
        Scratch scratch = weights.scope().scratch();
        int n = weights.size();
        double shrink = rule.decoupled() ? 1 - rule.learningRate() * decay : 1;
        double pull = rule.decoupled() ? 0 : decay;
        // rate · m̂ / (√v̂ + ε) = stride · m / (√v + ε √(1 - β₂ᵗ)) with the corrections drawn out of the loop.
        double root = Math.sqrt(1 - Math.pow(rule.beta2(), step));
        double stride = rule.learningRate() * root / (1 - Math.pow(rule.beta1(), step));
        double epsilon = rule.epsilon() * root;
        switch (weights.type()) {
            case FLOAT32 -> {
                float[] w = weights.floats(scratch, Slot.A);
                float[] g = gradient.floats(scratch, Slot.B);
                float[] m = mean.floats(scratch, Slot.C);
                float[] v = variance.floats(scratch, Slot.D);
                float b1 = (float) rule.beta1();
                float b2 = (float) rule.beta2();
                float c1 = (float) (1 - rule.beta1());
                float c2 = (float) (1 - rule.beta2());
                float keep = (float) shrink;
                float l2 = (float) pull;
                float rate = (float) stride;
                float eps = (float) epsilon;
                for (int i = 0; i < n; i++) {
                    float slope = g[i] + l2 * w[i];
                    m[i] = b1 * m[i] + c1 * slope;
                    v[i] = b2 * v[i] + c2 * slope * slope;
                    w[i] = keep * w[i] - rate * m[i] / ((float) Math.sqrt(v[i]) + eps);
                }
                weights.copyFrom(w, 0);
                mean.copyFrom(m, 0);
                variance.copyFrom(v, 0);
            }
            case FLOAT64 -> {
                double[] w = weights.doubles(scratch, Slot.A);
                double[] g = gradient.doubles(scratch, Slot.B);
                double[] m = mean.doubles(scratch, Slot.C);
                double[] v = variance.doubles(scratch, Slot.D);
                for (int i = 0; i < n; i++) {
                    double slope = g[i] + pull * w[i];
                    m[i] = rule.beta1() * m[i] + (1 - rule.beta1()) * slope;
                    v[i] = rule.beta2() * v[i] + (1 - rule.beta2()) * slope * slope;
                    w[i] = shrink * w[i] - stride * m[i] / (Math.sqrt(v[i]) + epsilon);
                }
                weights.copyFrom(w, 0);
                mean.copyFrom(m, 0);
                variance.copyFrom(v, 0);
            }
        }
    }

    /** One step of gradient descent with momentum: u ← momentum · u + g + decay · w, w ← w - rate · u. */
    public static void sgd(
            Tensor weights, Tensor gradient, Tensor velocity, double rate, double momentum, double decay) {
        Shapes.checkSameShape("step along", weights, gradient);
        Shapes.checkSameShape("step with the state of", weights, velocity);
        Scratch scratch = weights.scope().scratch();
        int n = weights.size();
        switch (weights.type()) {
            case FLOAT32 -> {
                float[] w = weights.floats(scratch, Slot.A);
                float[] g = gradient.floats(scratch, Slot.B);
                float[] u = velocity.floats(scratch, Slot.C);
                for (int i = 0; i < n; i++) {
                    u[i] = (float) momentum * u[i] + g[i] + (float) decay * w[i];
                    w[i] -= (float) rate * u[i];
                }
                weights.copyFrom(w, 0);
                velocity.copyFrom(u, 0);
            }
            case FLOAT64 -> {
                double[] w = weights.doubles(scratch, Slot.A);
                double[] g = gradient.doubles(scratch, Slot.B);
                double[] u = velocity.doubles(scratch, Slot.C);
                for (int i = 0; i < n; i++) {
                    u[i] = momentum * u[i] + g[i] + decay * w[i];
                    w[i] -= rate * u[i];
                }
                weights.copyFrom(w, 0);
                velocity.copyFrom(u, 0);
            }
        }
    }
}
