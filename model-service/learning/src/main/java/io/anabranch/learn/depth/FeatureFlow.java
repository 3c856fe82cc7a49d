package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;

/**
 * Feature flow regularisation (Wu, Lan, Zhang and Xiang 2021): the way of the visible rows along depth is to be short and straight, so that
 * what a layer adds becomes sparse and channels can be removed. With d_l = h_{l+1} - h_l, of n vertices:
 *
 * <pre>
 *   R1 = 1/n sum over l of |d_l|_1
 *   R2 = 1/n sum over l of |d_l - d_{l-1}|_1                        LINEAR
 *   R2 = 1/n sum over l and vertices of angle(d_{l-1}, d_l)         ANGLE, in radians: the total absolute curvature
 *   penalty = length R1 + curvature R2
 * </pre>
 *
 * At a kink (a difference of exactly 0) the subgradient is the one with sign 0 = 0. Two levels of different width have no difference: they
 * belong to two trajectories. Immutable.
 *
 * @param length k1, 0 or more
 * @param curvature k2, 0 or more
 */
public record FeatureFlow(double length, double curvature, Bend bend) implements TrajectoryPenalty {

    /** How a bend is measured. */
    public enum Bend {
        /** The second difference, in the l1 norm. */
        LINEAR,
        /** The angle between two steps; a vertex that stands still turns nowhere. Single precision cannot tell less than 0.001 from 0. */
        ANGLE
    }

    /** The share of all steps over which the penalty grows to its full strength. */
    public static final double WARM_UP = 0.1;

    /** Squared lengths of two steps, multiplied, below which one of them counts as standing still. */
    private static final double STILL = 1e-24;

    public FeatureFlow {
        require("length", length);
        require("curvature", curvature);
    }

    /** Length and curvature with the same coefficient, bends linear. */
    public static FeatureFlow of(double strength) {
        return new FeatureFlow(strength, strength, Bend.LINEAR);
    }

    /** The penalty of one step of a training, which grows linearly over the first tenth of all steps. */
    public FeatureFlow at(int step, int steps) {
        if (step < 1 || step > steps) {
            throw new IllegalArgumentException("The step (%d) must be from 1 to (%d).".formatted(step, steps));
        }
        double share = Math.min(1, step / Math.max(1, WARM_UP * steps));
        return share == 1 ? this : new FeatureFlow(length * share, curvature * share, bend);
    }

    @Override
    public Variable step(Variable here, Variable next) {
        return next.minus(here).abs().sum().times(length / here.rows());
    }

    @Override
    public Variable bend(Variable before, Variable here, Variable next) {
        Variable first = here.minus(before);
        Variable second = next.minus(here);
        Variable bent = switch (bend) {
            case LINEAR -> second.minus(first).abs();
            case ANGLE -> angle(first, second);
        };
        return bent.sum().times(curvature / here.rows());
    }

    /** [n, 1]; 0 where one of the two is. */
    private static Variable angle(Variable first, Variable second) {
        Variable squares = first.rowDot(first).times(second.rowDot(second));
        Variable moving = squares.plus(-STILL);
        Variable norms = moving.relu().plus(STILL).sqrt();
        return first.rowDot(second).over(norms).arcCosine().gatedBy(moving);
    }

    private static void require(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "The coefficient (%s) of the feature flow cannot be (%s); allowed: 0 or more."
                            .formatted(name, value));
        }
    }
}
