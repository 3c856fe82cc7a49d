package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Activations;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.Activation;
import java.util.Arrays;
import java.util.List;

/**
 * Graph attention (Veličković et al., ICLR 2018) as model.proto has it: each head weighs the vertex itself and its in-edges by a softmax of
 * LeakyReLU scores; heads stand side by side or are averaged.
 *
 * <p>Shapes: neighbor [in, heads · C], attentionSource and attentionTarget [heads, C], bias [1, out]. Memory while training: 4 bytes for each
 * edge, head and step of the softmax.
 */
record GatLayer(Heads heads, Parameter neighbor, Parameter attentionSource, Parameter attentionTarget, Parameter bias)
        implements GraphLayer {

    /** How many, how wide each is, whether they are averaged, and the slope of LeakyReLU below zero. */
    record Heads(int count, int width, boolean averaged, double negativeSlope) {}

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        Variable messages = input.times(neighbor.on(tape));
        Variable[] outputs = new Variable[heads.count];
        for (int k = 0; k < outputs.length; k++) {
            outputs[k] = head(k, messages.sliceColumns(k * heads.width, (k + 1) * heads.width), graph.attentionEdges());
        }
        return Activations.apply(activation, united(outputs).plus(bias.on(tape)));
    }

    /** The messages z [n, C] of one head, weighed. */
    private Variable head(int k, Variable z, AttentionEdges edges) {
        Tape tape = z.tape();
        Variable ofSource = z.matmul(attentionSource.on(tape).gatherRows(k), false, true);
        Variable ofTarget = z.matmul(attentionTarget.on(tape).gatherRows(k), false, true);
        Variable raw = ofSource.gatherRows(edges.sources()).plus(ofTarget.gatherRows(edges.targets()));
        Variable scores = raw.relu().minus(raw.negate().relu().times(heads.negativeSlope));
        Variable shares = scores.plus(shift(scores, edges)).exp();
        Variable total = shares.scatterAddRows(z.rows(), edges.targets());
        return z.aggregate(edges.pattern(), shares).over(total);
    }

    /** log w less the greatest score of the target: softmax does not feel a shift, and so nothing overflows. */
    private static Variable shift(Variable scores, AttentionEdges edges) {
        double[] weighed = scores.value().toDoubles();
        double[] greatest = new double[edges.pattern().rows()];
        Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
        for (int e = 0; e < weighed.length; e++) {
            weighed[e] += edges.logWeights()[e];
            greatest[edges.targets()[e]] = Math.max(greatest[edges.targets()[e]], weighed[e]);
        }
        for (int e = 0; e < weighed.length; e++) {
            weighed[e] = edges.logWeights()[e] - greatest[edges.targets()[e]];
        }
        Tensor shift = Tensor.zeros(scores.tape().scope(), scores.value().type(), weighed.length, 1);
        shift.assign(weighed);
        return scores.tape().constant(shift);
    }

    private Variable united(Variable[] outputs) {
        if (!heads.averaged) {
            Variable[] others = Arrays.copyOfRange(outputs, 1, outputs.length);
            return others.length == 0 ? outputs[0] : outputs[0].concatColumns(others);
        }
        Variable sum = outputs[0];
        for (int k = 1; k < outputs.length; k++) {
            sum = sum.plus(outputs[k]);
        }
        return sum.times(1.0 / outputs.length);
    }

    @Override
    public List<Parameter> weights() {
        return List.of(neighbor, attentionSource, attentionTarget);
    }

    @Override
    public List<Parameter> readers() {
        return List.of(neighbor);
    }

    @Override
    public List<Parameter> vectors() {
        return List.of(bias);
    }
}
