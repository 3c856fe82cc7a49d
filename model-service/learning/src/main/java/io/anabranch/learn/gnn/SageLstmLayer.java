package io.anabranch.learn.gnn;

import io.anabranch.graph.hag.pass.ReadingSteps;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.LstmCell;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * {@code h'[v] = h[v] W_self + LSTM(h[u_1], h[u_2], …) W_neighbor + b} over v's in-neighbours in a fixed order (Hamilton, Ying and
 * Leskovec, NeurIPS 2017, LSTM aggregator), where the order is that of the {@link ReadingSteps}. A vertex without in-edges receives
 * zero. Weights of edges are not read.
 *
 * <p>States of shared prefixes are computed once and their gradients added up, so that sharing changes neither the function nor, but
 * for the order of these additions, its gradients. Costs a step one product [states of the step, k] · [k, 4 k]; keeps about twelve
 * rows of k numbers a state for the way back.
 *
 * <p>A layer for training and evaluation over snapshots. Models with it are not part of the model format yet: an engine would have
 * to read a list anew from the first change on. Owns its parameters: close them. Not thread-safe.
 */
public final class SageLstmLayer implements Parametric {

    private final LstmCell cell;
    private final Parameter self;
    private final Parameter neighbor;
    private final Parameter bias;

    private SageLstmLayer(LstmCell cell, Parameter self, Parameter neighbor, Parameter bias) {
        this.cell = cell;
        this.self = self;
        this.neighbor = neighbor;
        this.bias = bias;
    }

    /** [n, in] → [n, out], with an LSTM of k numbers; Glorot uniform, the bias zero. */
    public static SageLstmLayer create(
            String name, DataType type, int in, int lstmWidth, int out, RandomGenerator random) {
        return new SageLstmLayer(
                LstmCell.create(name + ".lstm", type, in, lstmWidth, random),
                Parameter.create(name + ".self", type, in, out, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".neighbor", type, lstmWidth, out, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".bias", type, 1, out, Initialiser.zeros(), random));
    }

    /**
     * Of all vertices, [n, in] → [n, out].
     *
     * @throws IllegalArgumentException if the steps are not over n sources and n targets
     */
    public Variable apply(Variable hidden, ReadingSteps steps) {
        if (steps.sources() != hidden.rows() || steps.targets() != hidden.rows()) {
            throw new IllegalArgumentException("The steps read %d sources for %d targets, but the input is %s."
                    .formatted(steps.sources(), steps.targets(), hidden.shape()));
        }
        var tape = hidden.tape();
        Variable received = received(hidden, steps).matmul(neighbor.on(tape));
        return hidden.matmul(self.on(tape)).plus(received).plus(bias.on(tape));
    }

    /** The output of the LSTM after the last in-neighbour: [n, k]. */
    private Variable received(Variable hidden, ReadingSteps steps) {
        var tape = hidden.tape();
        List<Variable> outputs = new ArrayList<>();
        Variable gates = cell.gates(hidden.matmul(cell.input().on(tape)));
        if (steps.steps() > 0) {
            LstmCell.State state = cell.first(gates.gatherRows(steps.read(0)));
            outputs.add(state.output());
            for (int step = 1; step < steps.steps(); step++) {
                state = cell.next(gates.gatherRows(steps.read(step)), state.gatherRows(steps.previous(step)));
                outputs.add(state.output());
            }
        }
        // The last row is that of whoever reads nothing.
        outputs.add(tape.constant(Tensor.zeros(tape.scope(), hidden.value().type(), 1, cell.width())));
        int[] ends = steps.ends().clone();
        for (int v = 0; v < ends.length; v++) {
            ends[v] = ends[v] == ReadingSteps.NO_STATE ? steps.states() : ends[v];
        }
        return outputs.getFirst()
                .concatRows(outputs.subList(1, outputs.size()).toArray(Variable[]::new))
                .gatherRows(ends);
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(cell.parameters().stream(), Stream.of(self, neighbor, bias))
                .toList();
    }
}
