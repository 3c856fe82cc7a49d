package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import java.util.List;

/**
 * {@code h'[v] = c_v (sum w c_u h[u] + c_v h[v]) W + b}, c = (1 + in-degree)^-1/2 (Kipf and Welling, ICLR 2017; on directed
 * graphs the in-degree stands on both sides). Transforms first: the sums run over rows of width out.
 */
record GcnLayer(Parameter neighbor, Parameter bias) implements GraphLayer {

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        return Summed.map(
                input.times(neighbor.on(tape)), graph.sum(Convolution.CONVOLUTION_GCN), activation, bias.on(tape));
    }

    @Override
    public List<Parameter> weights() {
        return List.of(neighbor);
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
