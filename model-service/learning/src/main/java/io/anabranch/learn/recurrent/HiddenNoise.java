package io.anabranch.learn.recurrent;

/**
 * Noise on the state of a recurrent cell while it learns, drawn anew for each sequence, step and unit (Lim et al., NeurIPS 2021). In cells
 * without a step size, which gate what they remember, a step is taken as one unit of time, and the noise is additive on what is added to the hidden state.
 *
 * @param additive standard deviation, 0 or more
 * @param multiplicative 0 or more; at most 1 where {@link NoiseMode#RELEASED}
 */
public record HiddenNoise(NoiseMode mode, double additive, double multiplicative) {

    public HiddenNoise {
        if (!(additive >= 0 && additive < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The additive noise (%s) must be 0 or more, and finite.".formatted(additive));
        }
        if (!(multiplicative >= 0 && multiplicative < Double.POSITIVE_INFINITY)
                || mode == NoiseMode.RELEASED && multiplicative > 1) {
            throw new IllegalArgumentException("The multiplicative noise (%s) must be 0 or more%s."
                    .formatted(multiplicative, mode == NoiseMode.RELEASED ? ", and at most 1" : ", and finite"));
        }
    }

    public static HiddenNoise none() {
        return new HiddenNoise(NoiseMode.RELEASED, 0, 0);
    }

    public boolean isNone() {
        return additive == 0 && multiplicative == 0;
    }
}
