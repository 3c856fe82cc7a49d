package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Activations;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import java.util.List;

/**
 * {@code h'[v] = act(relu(((1 + ε) h[v] + sum w h[u]) W + b) W_outer + b_outer)} (Xu, Hu, Leskovec and Jegelka, ICLR 2019). Transforms first:
 * the sums run over rows of the inner width.
 *
 * <p>Shapes: neighbor [in, inner], bias [1, inner], epsilon [1, 1], outer [inner, out], outerBias [1, out].
 */
record GinLayer(Parameter neighbor, Parameter bias, Parameter epsilon, Parameter outer, Parameter outerBias)
        implements GraphLayer {

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        Variable messages = input.times(neighbor.on(tape));
        Variable own = messages.times(epsilon.on(tape).plus(1));
        Variable inner = messages.mapped(graph.sum(Convolution.CONVOLUTION_GIN), true, bias.on(tape), own);
        return Activations.apply(activation, inner.matmul(outer.on(tape)).plus(outerBias.on(tape)));
    }

    @Override
    public List<Parameter> weights() {
        return List.of(neighbor, outer);
    }

    @Override
    public List<Parameter> readers() {
        return List.of(neighbor);
    }

    @Override
    public List<Parameter> vectors() {
        return List.of(bias, epsilon, outerBias);
    }
}
