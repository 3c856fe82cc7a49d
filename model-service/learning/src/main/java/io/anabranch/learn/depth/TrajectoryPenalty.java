package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;

/**
 * A penalty on the way that visible rows take along depth, as a sum over neighbouring levels, so that stacks that store no activations can
 * work it out while they go back. All rows are [n, d], all results [1, 1] and on the rows' tape.
 */
public interface TrajectoryPenalty {

    /** What two levels that follow each other add. */
    Variable step(Variable here, Variable next);

    /** What three levels that follow each other add. */
    Variable bend(Variable before, Variable here, Variable next);
}
