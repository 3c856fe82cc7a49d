package io.anabranch.serve.inference;

import java.util.Arrays;
import java.util.List;

/**
 * What an input or an output of a model looks like.
 *
 * @param shape {@link #ANY} for a size that the request decides
 */
record TensorSpec(String name, Datatype datatype, List<Long> shape) {

    static final long ANY = -1;

    TensorSpec {
        shape = List.copyOf(shape);
    }

    static TensorSpec of(String name, Datatype datatype, long... shape) {
        return new TensorSpec(name, datatype, Arrays.stream(shape).boxed().toList());
    }
}
