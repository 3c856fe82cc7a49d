package io.anabranch.learn.nn;

import java.util.List;

/** Something that owns parameters and closes them: a layer, a model. */
public interface Parametric extends AutoCloseable {

    /** All parameters, in an order that never changes. */
    List<Parameter> parameters();

    @Override
    default void close() {
        parameters().forEach(Parameter::close);
    }
}
