package io.anabranch.learn.recurrent;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What small noise on the state adds to the cross-entropy of a classifier over last states, but for a part that the loss's gradient weighs (Lim et
 * al., NeurIPS 2021, theorem 1): the mean over sequences of
 *
 * <pre>
 *   Q = Σ_k trace(G_kᵀ Φ_kᵀ H Φ_k G_k),   G_k the deviations of step k, Φ_k = dh_M / dh_(k+1), H the loss's Hessian in h_M.
 * </pre>
 *
 * The expected loss grows by q² Q / 2 for noise of strength q. Never negative; small where what happened long ago cannot move the state much, and
 * where classes are far apart. It can be differentiated, so it is a regulariser that needs no noise.
 *
 * <p>With L Lᵀ the Hessian in the logits, diag(p) - p pᵀ, a column of L goes back through the steps once and meets every k on its way: Q is the sum of
 * all |G_kᵀ λ_(k+1)|². The sum over all columns is Q where the logits are linear in the last state, else its Gauss-Newton part; a normal mixture of
 * the columns has the same mean and costs one way back for any number of classes.
 */
public final class NoisePenalty {

    private NoisePenalty() {}

    /** Q with one way back for each class. [1, 1]. Parameters as of {@link #estimated}. */
    public static Variable exact(
            RecurrentCell cell,
            Diffusion diffusion,
            PackedSequences sequences,
            Variable inputs,
            Variable initial,
            UnaryOperator<Variable> head) {
        return of(cell, diffusion, sequences, inputs, initial, head, null);
    }

    /**
     * An estimate of Q without bias, from one way back. [1, 1]
     *
     * @param inputs as of {@link Recurrence#last}, as is initial
     * @param head from the last states [n, s] to logits [n, classes]
     */
    public static Variable estimated(
            RecurrentCell cell,
            Diffusion diffusion,
            PackedSequences sequences,
            Variable inputs,
            Variable initial,
            UnaryOperator<Variable> head,
            RandomGenerator random) {
        return of(cell, diffusion, sequences, inputs, initial, head, random);
    }

    private static Variable of(
            RecurrentCell cell,
            Diffusion diffusion,
            PackedSequences sequences,
            Variable inputs,
            Variable initial,
            UnaryOperator<Variable> head,
            @Nullable RandomGenerator probe) {
        SequenceCheck.check(cell, sequences, inputs, initial);
        List<StoredSteps.Step> steps = new ArrayList<>();
        Variable last = StoredSteps.run(cell, null, sequences, inputs, initial, false, steps::add)
                .last();
        Tape tape = initial.tape();
        Variable logits = head.apply(last);
        Variable p = logits.softmax();
        Variable sum = tape.constant(Tensor.zeros(tape.scope(), p.value().type(), 1, 1));
        List<Variable> states = steps.stream().map(StoredSteps.Step::after).toList();
        for (Variable column : probe == null ? columns(p) : List.of(mixture(p, probe))) {
            List<Variable> gradients = tape.gradients(logits, column, states, true);
            for (int k = 0; k < steps.size(); k++) {
                StoredSteps.Step step = steps.get(k);
                sum = sum.plus(diffusion
                        .of(step.input(), step.before())
                        .times(gradients.get(k))
                        .square()
                        .sum());
            }
        }
        return sum.times(1.0 / sequences.sequences());
    }

    /** Of L: √p_c (e_c - p), one for each class c. */
    private static List<Variable> columns(Variable p) {
        List<Variable> columns = new ArrayList<>();
        for (int c = 0; c < p.columns(); c++) {
            Tensor unit = Tensor.zeros(p.tape().scope(), p.value().type(), 1, p.columns());
            unit.write(c, new double[] {1}, 1);
            columns.add(p.tape()
                    .constant(unit)
                    .minus(p)
                    .times(p.sliceColumns(c, c + 1).sqrt()));
        }
        return columns;
    }

    /** L s with s normal: √p s - p ⟨√p, s⟩, row by row. */
    private static Variable mixture(Variable p, RandomGenerator random) {
        double[] draws = new double[p.value().size()];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = random.nextGaussian();
        }
        Variable s = p.tape().constant(Tensor.of(p.tape().scope(), p.value().type(), p.rows(), p.columns(), draws));
        Variable weighted = p.sqrt().times(s);
        return weighted.minus(p.times(weighted.rowSum()));
    }
}
