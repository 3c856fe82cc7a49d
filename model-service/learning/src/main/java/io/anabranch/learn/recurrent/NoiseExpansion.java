package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The expected loss of one sequence under small noise on its state, for any loss of the last one (Lim et al., NeurIPS 2021, theorem 1, in discrete
 * time): for steps {@code h' = F_k(h) + q G_k ξ_k} it is {@code loss + q² (drift + curvature) / 2 + O(q⁴)}. With J_k the
 * Jacobian of F_k on the path without noise, Φ(a, b) = J_a ... J_b, and g and H the loss's gradient and Hessian in the last of M states,
 *
 * <pre>
 *   curvature = Σ_k trace(G_kᵀ Φ(M-1, k+1)ᵀ H Φ(M-1, k+1) G_k)
 *   drift     = Σ_m trace(C_m · Hessian of ⟨Φ(M-1, m+1)ᵀ g, F_m⟩),   C_(m+1) = J_m C_m J_mᵀ + G_m G_mᵀ, C_0 = 0.
 * </pre>
 *
 * Exact, for small states: cost n³ per step, and n rows at once through each step three times.
 *
 * @param loss without noise
 * @param drift P: how noise moves the mean of the last state
 * @param curvature Q: how it spreads the last state over the loss
 */
public record NoiseExpansion(double loss, double drift, double curvature) {

    /**
     * @param tape of the transition and the diffusion; what is computed stays in its scope
     * @param transition the cell's, in FLOAT64
     * @param inputs one sequence's events, [M, in], M at least 1
     * @param initial its first state, [1, n]
     * @param loss from states [r, n] to losses [r, 1], each of its own row
     */
    public static NoiseExpansion of(
            Tape tape,
            RecurrentCell.Transition transition,
            Diffusion diffusion,
            Tensor inputs,
            Tensor initial,
            UnaryOperator<Variable> loss) {
        int n = initial.columns();
        int steps = inputs.rows();
        if (steps < 1 || initial.rows() != 1) {
            throw new IllegalArgumentException(
                    "The events %s and the initial state %s must be [M, in] and [1, n], M ≥ 1."
                            .formatted(inputs.shape(), initial.shape()));
        }
        List<double[]> path = new ArrayList<>(List.of(initial.toDoubles()));
        List<double[]> deviations = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            Variable input = row(tape, inputs, k, 1);
            Variable state = tape.constant(Tensor.of(tape.scope(), 1, n, path.getLast()));
            deviations.add(diffusion.of(input, state).value().toDoubles());
            path.add(transition.next(input, state, StepNoise.none()).value().toDoubles());
        }
        Derivatives end = Derivatives.of(tape, path.getLast(), loss);
        double[][] spread = new double[n][n];
        double[] lambda = end.gradient();
        double drift = 0;
        List<double[][]> spreads = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            spreads.add(spread);
            spread = spreadOn(jacobian(tape, transition, inputs, k, path.get(k)), spread, deviations.get(k));
        }
        // trace(H C_M) is the sum of all traces in Q.
        double curvature = trace(end.hessian(), spread);
        for (int m = steps - 1; m > 0; m--) {
            double[] weights = lambda;
            int step = m;
            Derivatives here = Derivatives.of(tape, path.get(m), state -> {
                Variable input = row(tape, inputs, step, state.rows());
                Variable weight = tape.constant(Tensor.of(tape.scope(), weights.length, 1, weights));
                return transition.next(input, state, StepNoise.none()).matmul(weight);
            });
            drift += trace(here.hessian(), spreads.get(m));
            lambda = here.gradient();
        }
        return new NoiseExpansion(end.value(), drift, curvature);
    }

    /** The expected loss at a strength of noise, up to the fourth power of it. */
    public double expectedLoss(double strength) {
        return loss + strength * strength / 2 * (drift + curvature);
    }

    /** A scalar function of a state at one state. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Derivatives(double value, double[] gradient, double[][] hessian) {

        /** @param function from states [r, n] to [r, 1], row by row */
        static Derivatives of(Tape tape, double[] state, UnaryOperator<Variable> function) {
            int n = state.length;
            // n copies of the state: the gradient of copy i's element i, in that copy, is row i of the Hessian.
            Variable copies = copies(tape, state);
            Variable values = function.apply(copies);
            Variable gradients =
                    tape.gradients(values.sum(), List.of(copies), true).getFirst();
            Variable diagonal =
                    gradients.times(tape.constant(identity(tape.scope(), n))).sum();
            Tensor hessian =
                    tape.gradients(diagonal, List.of(copies), false).getFirst().value();
            double[] gradient = new double[n];
            for (int i = 0; i < n; i++) {
                gradient[i] = gradients.value().get(0, i);
            }
            return new Derivatives(values.value().get(0, 0), gradient, square(hessian));
        }
    }

    /** Row i, column j: how the next state's element i changes with the state's element j. */
    private static double[][] jacobian(
            Tape tape, RecurrentCell.Transition transition, Tensor inputs, int step, double[] state) {
        Variable copies = copies(tape, state);
        Variable next = transition.next(row(tape, inputs, step, state.length), copies, StepNoise.none());
        Variable cotangent = tape.constant(identity(tape.scope(), state.length));
        return square(tape.gradients(next, cotangent, List.of(copies), false)
                .getFirst()
                .value());
    }

    /** J C Jᵀ + G Gᵀ. */
    private static double[][] spreadOn(double[][] jacobian, double[][] spread, double[] deviations) {
        int n = deviations.length;
        double[][] half = new double[n][n];
        double[][] next = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    half[i][j] += jacobian[i][k] * spread[k][j];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    next[i][j] += half[i][k] * jacobian[j][k];
                }
            }
            next[i][i] += deviations[i] * deviations[i];
        }
        return next;
    }

    private static double trace(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum += a[i][j] * b[j][i];
            }
        }
        return sum;
    }

    private static Variable copies(Tape tape, double[] state) {
        int n = state.length;
        double[] rows = new double[n * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(state, 0, rows, i * n, n);
        }
        return tape.variable(Tensor.of(tape.scope(), n, n, rows));
    }

    private static Tensor identity(TensorScope scope, int n) {
        double[] values = new double[n * n];
        for (int i = 0; i < n; i++) {
            values[i * n + i] = 1;
        }
        return Tensor.of(scope, n, n, values);
    }

    private static Variable row(Tape tape, Tensor rows, int row, int times) {
        int[] indices = new int[times];
        Arrays.fill(indices, row);
        return tape.constant(rows).gatherRows(indices);
    }

    private static double[][] square(Tensor values) {
        double[][] rows = new double[values.rows()][values.columns()];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = values.get(i, j);
            }
        }
        return rows;
    }
}
