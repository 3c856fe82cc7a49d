package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Activations;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import java.util.List;

/**
 * {@code h'[v] = h[v] W_self + max(w h[u]) W_neighbor + b}, column by column, or the minimum (Hamilton, Ying and Leskovec, NeurIPS 2017, with
 * the pooled transformation after the maximum). A vertex without in-edges receives zero. An extremum does not pass through a matrix, so rows of
 * the input's width are aggregated, and sparse features are made dense for it: 4 bytes for each vertex and feature.
 */
record SageExtremumLayer(Convolution convolution, Parameter self, Parameter neighbor, Parameter bias)
        implements GraphLayer {

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        Variable received = input.rows(tape, neighbor.tensor().type()).maximum(graph.maximum(convolution));
        Variable sum = input.times(self.on(tape))
                .plus(received.matmul(neighbor.on(tape)))
                .plus(bias.on(tape));
        return Activations.apply(activation, sum);
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
