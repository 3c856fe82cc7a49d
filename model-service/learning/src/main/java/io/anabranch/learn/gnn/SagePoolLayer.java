package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Activations;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import java.util.List;

/**
 * {@code h'[v] = act(h[v] W_self + max(w p[u]) W_neighbor + b)}, {@code p[u] = relu(h[u] W_pool + b_pool)}, the maximum column by column
 * (Hamilton, Ying and Leskovec, NeurIPS 2017). A vertex without in-edges receives zero.
 *
 * <p>Shapes: self [in, out], pool [in, inner], poolBias [1, inner], neighbor [inner, out], bias [1, out].
 */
record SagePoolLayer(Parameter self, Parameter pool, Parameter poolBias, Parameter neighbor, Parameter bias)
        implements GraphLayer {

    @Override
    public Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation) {
        Variable pooled = input.times(pool.on(tape)).plus(poolBias.on(tape)).relu();
        Variable received = pooled.maximum(graph.maximum(Convolution.CONVOLUTION_SAGE_POOL));
        Variable sum = input.times(self.on(tape))
                .plus(received.matmul(neighbor.on(tape)))
                .plus(bias.on(tape));
        return Activations.apply(activation, sum);
    }

    @Override
    public List<Parameter> weights() {
        return List.of(self, pool, neighbor);
    }

    @Override
    public List<Parameter> readers() {
        return List.of(self, pool);
    }

    @Override
    public List<Parameter> vectors() {
        return List.of(poolBias, bias);
    }
}
