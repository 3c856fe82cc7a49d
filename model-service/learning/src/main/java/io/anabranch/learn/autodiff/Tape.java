package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how variables were computed, in order, and walks back from a scalar to its gradients.
 *
 * <p>All values lie in the scope that the tape is given, which must outlive it; opening a child scope and a tape per
 * training step keeps memory flat. Not thread-safe.
 */
public final class Tape {

    private final TensorScope scope;
    private final List<Variable> variables = new ArrayList<>();
    private final IdentityHashMap<Tensor, Variable> leaves = new IdentityHashMap<>();
    private boolean recording = true;

    public Tape(TensorScope scope) {
        this.scope = scope;
    }

    public TensorScope scope() {
        return scope;
    }

    /** A leaf to differentiate by. The same tensor gives the same variable again. */
    public Variable variable(Tensor value) {
        Variable known = leaves.get(value);
        if (known != null) {
            return known;
        }
        Variable leaf = remember(value, null, List.of(), true);
        leaves.put(value, leaf);
        return leaf;
    }

    /** A value that no gradient flows into. */
    public Variable constant(Tensor value) {
        return remember(value, null, List.of(), false);
    }

    /** The output of an op; recorded if any input is differentiable. */
    public Variable apply(Op op, Variable... inputs) {
        List<Variable> inputList = List.of(inputs);
        List<Tensor> values = new ArrayList<>(inputs.length);
        boolean differentiable = false;
        for (Variable input : inputList) {
            if (input.tape() != this) {
                throw new IllegalArgumentException(
                        "The input (%s) of the op (%s) belongs to another tape.".formatted(input, op.label())
                                + "\nMaybe make it a constant of this tape.");
            }
            values.add(input.value());
            differentiable |= input.differentiable();
        }
        Tensor value = op.forward(scope, values);
        return recording && differentiable
                ? remember(value, op, inputList, true)
                : remember(value, null, List.of(), false);
    }

    /**
     * The gradients of a scalar.
     *
     * @param loss a [1, 1] variable
     * @param inputs what to differentiate by: leaves or any variable that the loss was computed from
     * @param createGraph whether the gradients are recorded, to be differentiated again
     * @return one gradient per input, of the input's shape; zeros where the loss does not depend on it
     */
    public List<Variable> gradients(Variable loss, List<Variable> inputs, boolean createGraph) {
        if (loss.rows() != 1 || loss.columns() != 1) {
            throw new IllegalArgumentException("The loss must be a scalar [1, 1], not %s.".formatted(loss.shape())
                    + "\nMaybe take its sum() or mean().");
        }
        Variable one = constant(Tensor.filled(scope, loss.value().type(), 1, 1, 1));
        return gradients(loss, one, inputs, createGraph);
    }

    /**
     * The vector-Jacobian products of any output: the gradients of the sum of {@code output × cotangent}.
     *
     * @param cotangent has the output's shape
     */
    public List<Variable> gradients(Variable output, Variable cotangent, List<Variable> inputs, boolean createGraph) {
        if (!output.value().sameShape(cotangent.value())) {
            throw new IllegalArgumentException(
                    "The cotangent %s must have the output's shape %s.".formatted(cotangent.shape(), output.shape()));
        }
        boolean before = recording;
        recording = createGraph;
        try {
            return walkBack(output, cotangent, inputs);
        } finally {
            recording = before;
        }
    }

    private List<Variable> walkBack(Variable output, Variable cotangent, List<Variable> inputs) {
        boolean[] wanted = dependents(inputs, output.order());
        @Nullable Variable[] gradients = new @Nullable Variable[output.order() + 1];
        gradients[output.order()] = cotangent;
        for (int order = output.order(); order >= 0; order--) {
            Variable gradient = gradients[order];
            Variable variable = variables.get(order);
            Op op = variable.op();
            if (gradient == null || op == null || !wanted[order]) {
                continue;
            }
            List<Variable> operands = variable.inputs();
            boolean[] asked = new boolean[operands.size()];
            for (int i = 0; i < asked.length; i++) {
                asked[i] = wanted[operands.get(i).order()];
            }
            @Nullable Variable[] parts = op.pullBack(operands, variable, gradient, asked, recording);
            for (int i = 0; i < asked.length; i++) {
                Variable input = operands.get(i);
                Variable part = parts[i];
                if (!asked[i] || part == null) {
                    continue;
                }
                checkShape(op, input, part);
                Variable sum = gradients[input.order()];
                gradients[input.order()] = sum == null ? part : sum.plus(part);
            }
        }
        List<Variable> result = new ArrayList<>(inputs.size());
        for (Variable input : inputs) {
            Variable gradient = input.order() <= output.order() ? gradients[input.order()] : null;
            result.add(gradient == null ? zeros(input) : gradient);
        }
        return result;
    }

    /** Which variables up to the last one are an input asked for or were computed from one. */
    private boolean[] dependents(List<Variable> inputs, int last) {
        boolean[] wanted = new boolean[last + 1];
        for (Variable input : inputs) {
            if (input.tape() != this) {
                throw new IllegalArgumentException("The input (%s) belongs to another tape.".formatted(input));
            }
            if (input.order() <= last) {
                wanted[input.order()] = true;
            }
        }
        for (int order = 0; order <= last; order++) {
            for (Variable input : variables.get(order).inputs()) {
                wanted[order] |= wanted[input.order()];
            }
        }
        return wanted;
    }

    private Variable zeros(Variable input) {
        return constant(Tensor.zeros(scope, input.value().type(), input.rows(), input.columns()));
    }

    private static void checkShape(Op op, Variable input, Variable gradient) {
        if (!input.value().sameShape(gradient.value())) {
            throw new IllegalStateException("The op (%s) gave a gradient %s for an input %s."
                    .formatted(op.label(), gradient.shape(), input.shape()));
        }
    }

    private Variable remember(Tensor value, @Nullable Op op, List<Variable> inputs, boolean differentiable) {
        Variable variable = new Variable(this, variables.size(), value, op, inputs, differentiable);
        variables.add(variable);
        return variable;
    }
}
