package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;

/**
 * A matrix between skew-symmetric and symmetric that is made of a free one, M: {@code beta (M - Mᵀ) + (1 - beta) (M + Mᵀ) - gamma I} (Erichson et
 * al., Lipschitz recurrent neural networks, ICLR 2021). Its symmetric part is {@code (1 - beta) (M + Mᵀ) - gamma I}; for beta = 1 and gamma = 0 it is
 * skew-symmetric exactly.
 *
 * @param beta from 0, symmetric, to 1, skew-symmetric
 * @param gamma 0 or more, what moves the eigenvalues to the left
 */
public record StructuredMatrix(double beta, double gamma) {

    public StructuredMatrix {
        if (!(beta >= 0 && beta <= 1)) {
            throw new IllegalArgumentException("The beta (%s) must be from 0 to 1.".formatted(beta));
        }
        if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The gamma (%s) must be 0 or more, and finite.".formatted(gamma));
        }
    }

    /** @param free M, [n, n] */
    public Variable of(Variable free) {
        Variable transposed = free.transpose();
        Variable skew = free.minus(transposed);
        Variable matrix =
                beta == 1 ? skew : skew.times(beta).plus(free.plus(transposed).times(1 - beta));
        return gamma == 0 ? matrix : matrix.minus(identity(free).times(gamma));
    }

    private static Variable identity(Variable shape) {
        Tape tape = shape.tape();
        Tensor identity = Tensor.zeros(tape.scope(), shape.value().type(), shape.rows(), shape.rows());
        for (int i = 0; i < shape.rows(); i++) {
            identity.write(i * shape.rows() + i, new double[] {1}, 1);
        }
        return tape.constant(identity);
    }
}
