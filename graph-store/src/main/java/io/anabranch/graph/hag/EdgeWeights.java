package io.anabranch.graph.hag;

import org.jspecify.annotations.Nullable;

/** What the weights of a graph's edges allow. */
public enum EdgeWeights {
    /** All are 1. */
    ONES,
    /** Each is a number of its source times a number of its target. */
    FACTORED,
    /** Any. */
    ANY;

    /** Whether given weights are ones; whoever knows that others factor says so himself. */
    public static EdgeWeights of(float @Nullable [] weights) {
        if (weights != null) {
            for (float weight : weights) {
                if (weight != 1f) {
                    return ANY;
                }
            }
        }
        return ONES;
    }
}
