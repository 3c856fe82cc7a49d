package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import java.util.List;

/**
 * {@code h'[v] = h[v] W_self + norm(sum w h[u]) W_neighbor + b} (Hamilton, Ying and Leskovec, NeurIPS 2017), where norm
 * divides by the in-degree (mean) or does nothing (sum). A vertex without in-edges receives zero.
 */
record SageLayer(Convolution convolution, Parameter self, Parameter neighbor, Parameter bias) implements GraphLayer {

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        Variable own = input.times(self.on(tape));
        return Summed.map(input.times(neighbor.on(tape)), graph.sum(convolution), activation, bias.on(tape), own);
    }

    @Override
    public List<Parameter> weights() {
        return List.of(self, neighbor);
    }

    @Override
    public List<Parameter> readers() {
        return List.of(self, neighbor);
    }

    @Override
    public List<Parameter> vectors() {
        return List.of(bias);
    }
}
