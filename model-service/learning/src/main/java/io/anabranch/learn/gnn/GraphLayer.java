package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.model.v1.Activation;
import java.util.List;
import java.util.stream.Stream;

/** One convolution and its activation: [n, in] → [n, out]. */
sealed interface GraphLayer extends Parametric
        permits GatLayer, GcnLayer, GinLayer, SageExtremumLayer, SageLayer, SagePoolLayer {

    Variable apply(Tape tape, LayerInput input, MessageGraph graph, Activation activation);

    /** The matrices, such as [in, out]: what weight decay acts on. */
    List<Parameter> weights();

    /** Those of the weights that rows of the input are multiplied by. */
    List<Parameter> readers();

    /** The others, [1, width]: biases, and what a model writes as a vector. */
    List<Parameter> vectors();

    @Override
    default List<Parameter> parameters() {
        return Stream.concat(weights().stream(), vectors().stream()).toList();
    }
}
