package io.anabranch.learn.reversible;

/**
 * Momentum residual network (Sander et al., ICML 2021): c' = γ c + (1 - γ) y and h' = h + c', where y = f(h). In fixed point γ is n / 2^24, which is
 * every float from 1/2 on, so that training and serving use the same number. A level costs 2 (1 - γ) bits per element.
 *
 * @param momentum γ, more than 0 and less than 1. With 0, a residual network, nothing could be undone.
 */
public record MomentumRule(double momentum) implements ReversibleRule {

    static final int SHARE_BITS = 24;

    public MomentumRule {
        if (!(momentum > 0 && momentum < 1)) {
            throw new IllegalArgumentException(
                    "The momentum (%s) of a reversible stack must be more than 0 and less than 1.".formatted(momentum)
                            + "\nMaybe keep the activations of a residual network (momentum 0).");
        }
    }

    /** γ 2^24, a whole number. */
    long share() {
        return Math.max(1, Math.round(Math.scalb(momentum, SHARE_BITS)));
    }

    /** γ as computed with. */
    double rounded() {
        return Math.scalb((double) share(), -SHARE_BITS);
    }
}
