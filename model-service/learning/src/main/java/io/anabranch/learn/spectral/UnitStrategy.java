package io.anabranch.learn.spectral;

/** How the units that stay are chosen. */
public enum UnitStrategy {
    /** One after the other, each time the one that the information loss falls most with. */
    GREEDY,
    /** Those with the greatest leverage, [Σ (Σ + λ I)⁻¹]_jj, at the λ where the degrees of freedom are as many. */
    LEVERAGE,
    /** Those that most is written to and read of: for comparison, for it looks at weights alone. */
    MAGNITUDE,
    /** Drawn, for comparison. */
    RANDOM
}
