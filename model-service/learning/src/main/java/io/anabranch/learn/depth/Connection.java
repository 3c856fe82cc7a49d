package io.anabranch.learn.depth;

import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.ParameterSource;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.stream.Stream;

/** How the layers of one stage are connected: one file for each connection of the model format. Row by row, no vertex sees another. */
public sealed interface Connection extends Parametric
        permits GruConnection, LstmConnection, MomentumConnection, ResidualConnection, ReversibleGateConnection {

    /** The connection of a stage, from 1, of a model that is not plain. */
    static Connection of(ModelSpec spec, int stage, ParameterSource source) {
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_RESIDUAL -> new ResidualConnection();
            case DEPTH_CONNECTION_GRU -> GruConnection.of(spec, stage, source);
            case DEPTH_CONNECTION_LSTM -> LstmConnection.of(spec, stage, source);
            case DEPTH_CONNECTION_MOMENTUM -> MomentumConnection.of(spec, stage, source);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> ReversibleGateConnection.of(spec, stage, source);
            case DEPTH_CONNECTION_PLAIN, DEPTH_CONNECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The model (%s) has no stages: it is %s.".formatted(spec.getName(), spec.getDepthConnection()));
        };
    }

    /** The state that the stage begins with, from its entry's rows [n, width]. */
    LevelState start(Variable entry);

    /**
     * The state after a layer.
     *
     * @param layer from 1, counted over all stages
     * @param output y, [n, output width of the layer]
     */
    LevelState next(int layer, Variable output, LevelState before);

    /** The matrices: what weight decay acts on. */
    List<Parameter> weights();

    /** The biases, [1, width]. */
    List<Parameter> vectors();

    @Override
    default List<Parameter> parameters() {
        return Stream.concat(weights().stream(), vectors().stream()).toList();
    }
}
