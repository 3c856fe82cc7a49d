package io.anabranch.serve.wire;

import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.learn.train.DepthOptions;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Readout;
import io.anabranch.serve.Problem;
import java.util.Set;

/** How layers are connected, from its message: what is absent means the trainer's defaults, and what the connection has no use for is refused. */
final class DepthReader {

    private static final Set<DepthConnection> GATES = Set.of(
            DepthConnection.DEPTH_CONNECTION_GRU,
            DepthConnection.DEPTH_CONNECTION_LSTM,
            DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE);

    private static final Set<DepthConnection> REVERSIBLE =
            Set.of(DepthConnection.DEPTH_CONNECTION_MOMENTUM, DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE);

    private DepthReader() {}

    static DepthOptions read(io.anabranch.v1.DepthOptions given) {
        DepthConnection connection = given.getConnection() == DepthConnection.DEPTH_CONNECTION_UNSPECIFIED
                ? DepthConnection.DEPTH_CONNECTION_PLAIN
                : given.getConnection();
        requireUseful(given, connection);
        DepthOptions options = DepthOptions.of(connection);
        if (given.getReadout() != Readout.READOUT_UNSPECIFIED) {
            options = options.with(given.getReadout());
        }
        options = options.withStageWidths(given.getStageWidthsList());
        if (given.hasMomentum()) {
            options = options.withMomentum(shortest(given.getMomentum()));
        }
        if (given.hasMaxForget()) {
            options = options.withMaxForget(shortest(given.getMaxForget()));
        }
        if (given.hasLearnedHiddenStart()) {
            options = options.withLearnedHiddenStart(given.getLearnedHiddenStart());
        }
        if (given.hasSharedCell()) {
            options = options.withSharedCell(given.getSharedCell());
        }
        if (given.hasStoredActivations()) {
            options = options.withStoredActivations(given.getStoredActivations());
        }
        return given.hasFeatureFlow() ? options.withFeatureFlow(featureFlow(given.getFeatureFlow())) : options;
    }

    private static FeatureFlow featureFlow(io.anabranch.v1.FeatureFlow given) {
        try {
            return new FeatureFlow(
                    shortest(given.getLength()),
                    shortest(given.getCurvature()),
                    given.getAngle() ? FeatureFlow.Bend.ANGLE : FeatureFlow.Bend.LINEAR);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("options.depth.feature_flow", String.valueOf(e.getMessage()));
        }
    }

    private static void requireUseful(io.anabranch.v1.DepthOptions given, DepthConnection connection) {
        require(given.hasMomentum(), "momentum", connection, Set.of(DepthConnection.DEPTH_CONNECTION_MOMENTUM));
        require(
                given.hasMaxForget(),
                "max_forget",
                connection,
                Set.of(DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE));
        require(given.hasLearnedHiddenStart(), "learned_hidden_start", connection, REVERSIBLE);
        require(given.hasStoredActivations(), "stored_activations", connection, REVERSIBLE);
        require(given.hasSharedCell(), "shared_cell", connection, GATES);
    }

    private static void require(boolean given, String field, DepthConnection connection, Set<DepthConnection> allowed) {
        if (given && !allowed.contains(connection)) {
            throw Problem.invalid(
                    "options.depth." + field,
                    "Is for %s, not for %s."
                            .formatted(
                                    String.join(
                                            ", ",
                                            allowed.stream()
                                                    .map(Enum::name)
                                                    .sorted()
                                                    .toList()),
                                    connection));
        }
    }

    /** The double that reads like the float: 0.01, not 0.009999999776. */
    static double shortest(float value) {
        return Double.parseDouble(Float.toString(value));
    }
}
