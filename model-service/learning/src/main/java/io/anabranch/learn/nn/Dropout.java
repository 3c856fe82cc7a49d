package io.anabranch.learn.nn;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.SparseMatrix;

/**
 * Inverted dropout: in training an element is zero with the probability {@code rate} and divided by {@code 1 - rate}
 * otherwise; in inference nothing happens.
 */
public record Dropout(double rate) {

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("The dropout rate (%s) must be in [0, 1).".formatted(rate));
        }
    }

    public Variable apply(Variable x, Pass pass) {
        return switch (pass) {
            case Pass.Training training -> x.dropout(rate, training.random());
            case Pass.Inference inference -> x;
        };
    }

    /** Drops stored entries of a sparse matrix; its zeros stay zeros either way. */
    public SparseMatrix apply(SparseMatrix x, Pass pass) {
        return switch (pass) {
            case Pass.Training training -> x.dropout(rate, training.random());
            case Pass.Inference inference -> x;
        };
    }
}
