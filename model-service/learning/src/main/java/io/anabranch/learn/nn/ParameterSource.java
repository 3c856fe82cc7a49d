package io.anabranch.learn.nn;

/** Where a model's parameters come from: drawn at random to be learnt, or taken from a finished model. */
@FunctionalInterface
public interface ParameterSource {

    /** A new parameter, which the caller owns. */
    Parameter parameter(String name, int rows, int columns);
}
