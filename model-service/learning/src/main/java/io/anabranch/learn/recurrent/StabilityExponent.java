package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.SymmetricEigen;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import org.jspecify.annotations.Nullable;

/**
 * How fast a state without input grows at most under noise: for {@code dh = (h A + tanh(h W)) dt + σ(h) dB} with {@code |σ(h)| ≤ s1 |h|} and
 * {@code |h σ(h)| ≥ s2 |h|²}, almost surely
 *
 * <pre>
 *   limsup log|h(t)| / t  ≤  λ_max((A + Aᵀ) / 2) + σ_max(W) + s1² / 2 - s2²
 * </pre>
 *
 * (Ito's lemma for log|h|; Lim et al., NeurIPS 2021). Below zero every state dies out exponentially. For a scalar s1 = s2, so noise alone can stabilise.
 *
 * @param linear λ_max of the symmetric part of A; 0 where there is no A
 * @param recurrent σ_max(W)
 */
public record StabilityExponent(double linear, double recurrent) {

    /** Of a cell as it is now. Cost k³. */
    public static StabilityExponent of(LipschitzCell cell) {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            return new StabilityExponent(
                    greatestOfSymmetricPart(cell.linear(tape)), greatestSingularValue(cell.recurrent(tape)));
        }
    }

    /**
     * Of a reversible GRU as it is now, time being what it forgets: without input and biases {@code dh = (-h + tanh((r o) U)) (1 - z) dt} for each
     * half h and the other o, with r at most 1, so A is -I and W as large as the larger U. For gates that are alike in all units.
     */
    public static StabilityExponent of(ReversibleGru cell) {
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            double greatest = 0;
            for (int half = 0; half < ReversibleCell.HALVES; half++) {
                int width = cell.partWidth();
                Variable recurrent =
                        CellWeights.of(cell.parameters(half)).recurrent().on(tape);
                greatest = Math.max(greatest, greatestSingularValue(recurrent.sliceColumns(2 * width, 3 * width)));
            }
            return new StabilityExponent(-1, greatest);
        }
    }

    /** The bound without noise. */
    public double withoutNoise() {
        return linear + recurrent;
    }

    /**
     * The bound under noise.
     *
     * @param most s1, 0 or more
     * @param least s2, from 0 to s1
     */
    public double withNoise(double most, double least) {
        if (!(least >= 0 && least <= most && most < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The bounds of noise (%s, %s) must be 0 ≤ s2 ≤ s1 and finite.".formatted(most, least));
        }
        return linear + recurrent + most * most / 2 - least * least;
    }

    private static double greatestOfSymmetricPart(@Nullable Variable a) {
        return a == null ? 0 : greatestEigenvalue(a.plus(a.transpose()).times(0.5));
    }

    private static double greatestSingularValue(Variable w) {
        return Math.sqrt(Math.max(0, greatestEigenvalue(w.matmul(w, true, false))));
    }

    private static double greatestEigenvalue(Variable symmetric) {
        Tensor values = symmetric.value();
        double[][] rows = new double[values.rows()][values.columns()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                rows[i][j] = values.get(i, j);
            }
        }
        double[] ascending = SymmetricEigen.of(rows, new double[0][]).values();
        return ascending[ascending.length - 1];
    }
}
