package io.anabranch.benchmark;

import io.anabranch.graph.hag.AggregationPlan;
import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Initialiser;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.LinearMap;
import java.util.List;
import java.util.random.RandomGenerator;

/** A graph convolution: relu(S h W + b) with the symmetrically normalised sum S. */
record GcnBlock(LinearMap sum, Parameter weight, Parameter bias) implements Block {

    static GcnBlock create(String name, LinearMap sum, int width, RandomGenerator random) {
        return new GcnBlock(
                sum,
                Parameter.create(name + ".weight", DataType.FLOAT32, width, width, Initialiser.glorotUniform(), random),
                Parameter.create(name + ".bias", DataType.FLOAT32, 1, width, Initialiser.zeros(), random));
    }

    @Override
    public Variable apply(Tape tape, Variable visible) {
        return visible.matmul(weight.on(tape)).mapped(sum, true, bias.on(tape));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(weight, bias);
    }

    /**
     * S = F (A + I) F over a plan of closed rows, F = (1 + in-degree)^-1/2.
     *
     * @param factors the diagonal of F
     */
    @SuppressWarnings("ArrayRecordComponent") // shared with the kernels
    record Sum(AggregationPlan plan, float[] factors, boolean backward) implements LinearMap {

        @Override
        public int inputs() {
            return factors.length;
        }

        @Override
        public int outputs() {
            return factors.length;
        }

        @Override
        public float[] before() {
            return factors;
        }

        @Override
        public float[] after() {
            return factors;
        }

        @Override
        public void applyUnscaled(float[] x, int width, float[] y) {
            if (backward) {
                plan.sumTransposed(x, width, y);
            } else {
                plan.sum(x, width, y);
            }
        }

        @Override
        public void apply(double[] x, int width, double[] y) {
            throw new UnsupportedOperationException("The sum is measured in single precision.");
        }

        @Override
        public LinearMap transposed() {
            return new Sum(plan, factors, !backward);
        }
    }
}
