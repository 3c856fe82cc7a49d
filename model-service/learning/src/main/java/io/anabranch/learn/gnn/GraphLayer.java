package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import java.util.List;
import java.util.stream.Stream;

/** One convolution and its activation: [n, in] → [n, out]. */
sealed interface GraphLayer extends Parametric permits GcnLayer, SageLayer, SageExtremumLayer {

    /** @param rectified whether the activation is max(·, 0), else there is none */
    Variable apply(Tape tape, LayerInput input, MessageGraph graph, boolean rectified);

    /** The matrices [in, out], without the bias: what weight decay acts on. */
    List<Parameter> weights();

    /** [1, out] */
    Parameter bias();

    @Override
    default List<Parameter> parameters() {
        return Stream.concat(weights().stream(), Stream.of(bias())).toList();
    }
}
