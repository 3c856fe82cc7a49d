package io.anabranch.learn.gnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.graph.hag.choice.PlanPolicy;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.learn.autodiff.Op;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.reversible.MomentumRule;
import io.anabranch.learn.reversible.ReversibleStack;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Sums of whole numbers do not depend on their order: a momentum network over shared sums is the direct one, bit for bit, and goes back. */
class ReversibleGraphTest {

    private static final int VERTICES = 60;
    private static final int WIDTH = 8;

    /** Multiples of 2^-8: sums of a few hundred below 2^8 are exact in single precision. */
    private record Rounded() implements Op {
        @Override
        public Tensor forward(TensorScope scope, List<Tensor> inputs) {
            double[] values = inputs.getFirst().toDoubles();
            return Tensor.of(
                    scope,
                    DataType.FLOAT32,
                    inputs.getFirst().rows(),
                    inputs.getFirst().columns(),
                    Arrays.stream(values).map(v -> Math.rint(v * 256) / 256).toArray());
        }

        @Override
        public Variable vjp(int index, List<Variable> inputs, Variable output, Variable gradient) {
            return gradient;
        }
    }

    private record SumBlock(NeighbourSum sum, Parameter weight) implements Block {
        @Override
        public Variable apply(Tape tape, Variable visible) {
            return tape.apply(new Rounded(), visible)
                    .mapped(sum)
                    .times(1.0 / 16)
                    .matmul(weight.on(tape))
                    .tanh();
        }

        @Override
        public List<Parameter> parameters() {
            return List.of(weight);
        }
    }

    @Test
    void sharedSumsGiveTheSameBitsForwardAndBack() {
        SplittableRandom random = new SplittableRandom(3);
        // Cliques, whose members have nearly the same neighbours.
        List<int[]> edges = new ArrayList<>();
        for (int target = 0; target < VERTICES; target++) {
            for (int source = 0; source < VERTICES; source++) {
                if (source != target && (source / 12 == target / 12 || random.nextInt(20) == 0)) {
                    edges.add(new int[] {source, target});
                }
            }
        }
        float[] ones = new float[edges.size()];
        Arrays.fill(ones, 1);
        MessageGraph direct = MessageGraph.ofEdges(
                VERTICES,
                edges.stream().mapToInt(edge -> edge[0]).toArray(),
                edges.stream().mapToInt(edge -> edge[1]).toArray(),
                ones);
        MessageGraph shared = direct.planned(PlanSettings.of(PlanPolicy.SHARED, 1_000));
        double[] start = random.doubles(VERTICES * WIDTH, -1, 1).toArray();

        float[] expected = visible(direct, start);

        assertThat(visible(shared, start)).isEqualTo(expected);
        assertThat(shared.planReport()).singleElement().asString().contains("SHARED plan");
    }

    /** The rows after 30 layers. The way back, which is gone too, checks that it ends where the way forward began. */
    private static float[] visible(MessageGraph graph, double[] start) {
        SplittableRandom random = new SplittableRandom(4);
        NeighbourSum sum = graph.sum(Convolution.CONVOLUTION_SAGE_SUM);
        List<SumBlock> blocks = new ArrayList<>();
        for (int layer = 0; layer < 30; layer++) {
            blocks.add(new SumBlock(
                    sum,
                    Parameter.create(
                            "weight." + layer, DataType.FLOAT32, WIDTH, WIDTH, Initialiser.glorotUniform(), random)));
        }
        try (TensorScope scope = TensorScope.open()) {
            Tape tape = new Tape(scope);
            Variable rows = tape.variable(Tensor.of(scope, DataType.FLOAT32, VERTICES, WIDTH, start));
            Variable zero = tape.constant(Tensor.zeros(scope, DataType.FLOAT32, VERTICES, WIDTH));
            ReversibleStack.Result result =
                    ReversibleStack.apply(tape, new MomentumRule(0.9), blocks, rows, zero, List.of(), null);
            tape.gradients(result.visible().sum(), List.of(rows), false);
            assertThat(result.store().levels()).isZero();
            return result.visible().value().toFloats();
        } finally {
            blocks.forEach(Block::close);
        }
    }
}
