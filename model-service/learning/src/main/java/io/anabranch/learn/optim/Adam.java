package io.anabranch.learn.optim;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.AdamRule;
import io.anabranch.learn.tensor.OptimiserSteps;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Adam with classic or decoupled weight decay; see {@link OptimiserSteps#adam} for the equations. */
public final class Adam implements Optimiser {

    private final List<Slot> slots = new ArrayList<>();
    private final TensorScope memory = TensorScope.open();
    private AdamRule rule;
    private int steps;

    private record Slot(Parameter parameter, double decay, Tensor mean, Tensor variance) {}

    public Adam(AdamRule rule, List<ParameterGroup> groups) {
        this.rule = rule;
        for (ParameterGroup group : groups) {
            for (Parameter parameter : group.parameters()) {
                slots.add(new Slot(parameter, group.weightDecay(), zeros(parameter), zeros(parameter)));
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
        steps++;
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get(i);
            Tensor weights = slot.parameter().tensor();
            OptimiserSteps.adam(
                    weights, gradients.get(i).value(), slot.mean(), slot.variance(), rule, slot.decay(), steps);
        }
    }

    @Override
    public double learningRate() {
        return rule.learningRate();
    }

    @Override
    public void learningRate(double rate) {
        rule = rule.withLearningRate(rate);
    }

    @Override
    public void close() {
        memory.close();
    }

    private Tensor zeros(Parameter parameter) {
        return Tensor.zeros(memory, parameter.tensor().type(), parameter.rows(), parameter.columns());
    }
}
