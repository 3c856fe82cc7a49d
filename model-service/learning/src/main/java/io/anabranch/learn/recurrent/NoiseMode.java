package io.anabranch.learn.recurrent;

/** How noise enters a step h + d f(h, x). */
public enum NoiseMode {

    /** The Euler-Maruyama scheme of dh = f dt + (additive + multiplicative f) dB: h + d f + √dt (additive + multiplicative f) ξ, ξ normal. */
    EULER_MARUYAMA,

    /**
     * As the authors' experiments have it: h + d m f + additive ξ, with ξ normal and m uniform in [1 - multiplicative, 1]; the additive part does
     * not shrink with the step.
     */
    RELEASED
}
