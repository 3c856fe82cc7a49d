package io.anabranch.learn.optim;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import java.util.List;

/** Changes parameters so that a loss falls. Owns off-heap state; whoever makes it closes it. Not thread-safe. */
public sealed interface Optimiser extends AutoCloseable permits Adam, Sgd {

    /** All parameters of all groups, in the order of the groups. */
    List<Parameter> parameters();

    /** One step along the negative gradients, which are in the order of {@link #parameters()}. */
    void step(List<Variable> gradients);

    double learningRate();

    /** Takes effect at the next step. */
    void learningRate(double rate);

    /** One step down the loss, whose tape must have been given every parameter by {@link Parameter#on}. */
    default void minimise(Variable loss) {
        List<Variable> variables = parameters().stream()
                .map(parameter -> parameter.on(loss.tape()))
                .toList();
        step(loss.tape().gradients(loss, variables, false));
    }

    @Override
    void close();
}
