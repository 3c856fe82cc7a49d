package io.anabranch.learn.train;

import java.util.Map;

/** How measured values are kept by name. */
final class Figures {

    private Figures() {}

    /** NaN is how {@link Metrics} says that the data do not define a figure. */
    static void putIfDefined(Map<String, Double> figures, String name, double value) {
        if (!Double.isNaN(value)) {
            figures.put(name, value);
        }
    }

    /** The binary cross-entropy of a logit with a target of 0 or 1, in nats. */
    static double binaryCrossEntropy(double logit, boolean target) {
        double signed = target ? -logit : logit;
        return Math.max(0, signed) + Math.log1p(Math.exp(-Math.abs(signed)));
    }
}
