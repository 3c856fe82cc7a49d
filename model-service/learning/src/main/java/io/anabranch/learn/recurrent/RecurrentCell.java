package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parametric;

/**
 * Makes of a state and an input the next state: [n, in], [n, s] → [n, s]. A row's state depends on that row alone. The first columns of a state
 * are what the cell shows of it, its output.
 */
public interface RecurrentCell extends Parametric {

    /** A cell at work on one tape. */
    @FunctionalInterface
    interface Transition {

        /**
         * The state after one more step.
         *
         * @param input [n, in]
         * @param state [n, s]
         * @param noise of this step
         */
        Variable next(Variable input, Variable state, StepNoise noise);
    }

    /** in. */
    int inputWidth();

    /** s. */
    int stateWidth();

    /** How many of the state's first columns are output. */
    int outputWidth();

    /** This cell on a tape; what all steps share is computed here, once. */
    Transition on(Tape tape);

    /** Whether a step is h + d f(h, x), whose length d multiplicative noise can vary. */
    default boolean hasStepSize() {
        return false;
    }

    /** What the cell shows of a state: [n, s] → [n, out]. */
    default Variable output(Variable state) {
        return outputWidth() == stateWidth() ? state : state.sliceColumns(0, outputWidth());
    }
}
