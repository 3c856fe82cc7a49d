package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Variable;

/** A step of training. */
record DrawnNoise(NoiseSource source, int step) implements StepNoise {

    @Override
    public Variable added(Variable increment, int column) {
        double additive = source.levels().additive();
        return additive == 0
                ? increment
                : increment.plus(source.normal(increment, step, column).times(additive));
    }

    @Override
    public Variable moved(Variable state, Variable sizes, double time, Variable drift) {
        HiddenNoise levels = source.levels();
        double multiplicative = levels.multiplicative();
        return switch (levels.mode()) {
            case EULER_MARUYAMA -> {
                Variable strength = drift.times(multiplicative).plus(levels.additive());
                Variable noise = strength.times(source.normal(state, step, 0)).times(Math.sqrt(time));
                yield state.plus(drift.times(sizes)).plus(noise);
            }
            case RELEASED -> {
                Variable jittered = multiplicative == 0
                        ? drift
                        : drift.times(source.uniform(state, step, 0)
                                .times(multiplicative)
                                .plus(1 - multiplicative));
                yield added(state.plus(jittered.times(sizes)), 0);
            }
        };
    }
}
