package io.anabranch.learn.optim;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.OptimiserSteps;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Gradient descent with momentum (zero for none): u ← momentum · u + g + decay · w, w ← w - rate · u. */
public final class Sgd implements Optimiser {

    private final List<Slot> slots = new ArrayList<>();
    private final TensorScope memory = TensorScope.open();
    private final double momentum;
    private double rate;

    private record Slot(Parameter parameter, double decay, Tensor velocity) {}

    public Sgd(double learningRate, double momentum, List<ParameterGroup> groups) {
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("The momentum (%s) must be in [0, 1).".formatted(momentum));
        }
        this.momentum = momentum;
        this.rate = checked(learningRate);
        for (ParameterGroup group : groups) {
            for (Parameter parameter : group.parameters()) {
                Tensor velocity =
                        Tensor.zeros(memory, parameter.tensor().type(), parameter.rows(), parameter.columns());
                slots.add(new Slot(parameter, group.weightDecay(), velocity));
            }
        }
    }

    @Override
    public List<Parameter> parameters() {
        return slots.stream().map(Slot::parameter).toList();
    }

    @Override
    public void step(List<Variable> gradients) {
        Gradients.checkCount(gradients, slots.size());
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Tensor weights = slot.parameter().tensor();
            OptimiserSteps.sgd(weights, gradients.get(i).value(), slot.velocity(), rate, momentum, slot.decay());
        }
    }

    @Override
    public double learningRate() {
        return rate;
    }

    @Override
    public void learningRate(double rate) {
        this.rate = checked(rate);
    }

    @Override
    public void close() {
        memory.close();
    }

    private static double checked(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The learning rate (%s) must be positive.".formatted(rate));
        }
        return rate;
    }
}
