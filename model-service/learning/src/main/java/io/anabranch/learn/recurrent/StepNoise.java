package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;

/** The noise of one step, which a cell applies where it belongs. */
public sealed interface StepNoise permits NoNoise, DrawnNoise {

    static StepNoise none() {
        return NoNoise.INSTANCE;
    }

    /**
     * What is added to a hidden state, with the additive noise of one unit of time.
     *
     * @param increment [n, w]
     * @param column the state's column that the increment's first one belongs to
     */
    Variable added(Variable increment, int column);

    /**
     * The state after a step h + d f.
     *
     * @param state h, [n, w]
     * @param sizes d, [1, w]
     * @param time what d was before it was learnt
     * @param drift f, [n, w]
     */
    Variable moved(Variable state, Variable sizes, double time, Variable drift);
}
