package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.depth.Block;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Pass;
import io.anabranch.model.v1.Activation;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One convolution of one pass over the graph.
 *
 * @param pass what each run of the block is
 */
record ConvolutionBlock(
        GraphLayer layer, MessageGraph graph, Activation activation, Dropout dropout, Supplier<Pass> pass)
        implements Block {

    /** Draws what dropout drops from the pass: to be run once. */
    static ConvolutionBlock once(
            GraphLayer layer, MessageGraph graph, Activation activation, Dropout dropout, Pass pass) {
        return new ConvolutionBlock(layer, graph, activation, dropout, () -> pass);
    }

    /** Draws a seed from the pass and all else from that: gives the same whenever it is run. */
    static ConvolutionBlock repeatable(
            GraphLayer layer, MessageGraph graph, Activation activation, Dropout dropout, Pass pass) {
        return switch (pass) {
            case Pass.Training training -> {
                long seed = training.random().nextLong();
                yield new ConvolutionBlock(
                        layer, graph, activation, dropout, () -> Pass.training(new SplittableRandom(seed)));
            }
            case Pass.Inference inference -> once(layer, graph, activation, dropout, pass);
        };
    }

    Variable apply(Tape tape, LayerInput input) {
        return layer.apply(tape, input.dropped(dropout, pass.get()), graph, activation);
    }

    @Override
    public Variable apply(Tape tape, Variable visible) {
        return apply(tape, new LayerInput.DenseRows(visible));
    }

    @Override
    public List<Parameter> parameters() {
        return layer.parameters();
    }
}
