package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;

/** Inference. */
enum NoNoise implements StepNoise {
    INSTANCE;

    @Override
    public Variable added(Variable increment, int column) {
        return increment;
    }

    @Override
    public Variable moved(Variable state, Variable sizes, double time, Variable drift) {
        return state.plus(drift.times(sizes));
    }
}
