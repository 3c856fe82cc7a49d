package io.anabranch.learn.train;

import io.anabranch.learn.depth.FeatureFlow;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Readout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the layers of a trained model are connected along depth. A connection that is not plain begins with a linear map of the features and,
 * but for the readout of all hops, ends with a linear head.
 *
 * @param connection how a layer's output becomes the next rows
 * @param readout what the embedding is; unspecified: {@link #allHops} decides by depth
 * @param stageWidths widths of the stages, among which the layers are shared out evenly, earlier ones first; empty: one stage of the hidden
 *     width. Not for plain
 * @param momentum of the velocity; MOMENTUM
 * @param maxForget at most that share of a number is forgotten in a layer; REVERSIBLE_GATE
 * @param learnedHiddenStart whether hidden rows begin as a learnt map of the visible ones, not as zeros; MOMENTUM and REVERSIBLE_GATE
 * @param sharedCell whether the layers of a stage share one cell; GRU, LSTM, REVERSIBLE_GATE
 * @param storedActivations whether MOMENTUM and REVERSIBLE_GATE keep all rows for the way back, as others must, instead of computing them
 *     again: faster, and memory grows with depth
 * @param featureFlow penalty on the way of the rows along depth; null: none
 */
public record DepthOptions(
        DepthConnection connection,
        Readout readout,
        List<Integer> stageWidths,
        double momentum,
        double maxForget,
        boolean learnedHiddenStart,
        boolean sharedCell,
        boolean storedActivations,
        @Nullable FeatureFlow featureFlow) {

    private static final List<DepthConnection> CONNECTIONS = List.of(
            DepthConnection.DEPTH_CONNECTION_PLAIN,
            DepthConnection.DEPTH_CONNECTION_RESIDUAL,
            DepthConnection.DEPTH_CONNECTION_GRU,
            DepthConnection.DEPTH_CONNECTION_LSTM,
            DepthConnection.DEPTH_CONNECTION_MOMENTUM,
            DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE);

    private static final List<Readout> READOUTS =
            List.of(Readout.READOUT_UNSPECIFIED, Readout.READOUT_LAST, Readout.READOUT_ALL_HOPS);

    /** Plain models of so few layers lose by reading the others too: one point of accuracy on cora. */
    private static final int SHALLOW = 2;

    /** Plain layers. */
    public static final DepthOptions PLAIN = new DepthOptions(
            DepthConnection.DEPTH_CONNECTION_PLAIN,
            Readout.READOUT_UNSPECIFIED,
            List.of(),
            0.9,
            0.875,
            false,
            true,
            false,
            null);

    public DepthOptions {
        stageWidths = List.copyOf(stageWidths);
        TrainingOptions.requireOneOf("depth connection", connection, CONNECTIONS);
        TrainingOptions.requireOneOf("readout", readout, READOUTS);
        if (!(momentum >= 0 && momentum < 1)) {
            throw TrainingOptions.wrong("momentum", momentum, "0 or more, less than 1");
        }
        if (!(maxForget > 0 && maxForget <= 1)) {
            throw TrainingOptions.wrong("max forget", maxForget, "more than 0, at most 1");
        }
        if (plain(connection) && !stageWidths.isEmpty()) {
            throw TrainingOptions.wrong("stage widths", stageWidths, "none with DEPTH_CONNECTION_PLAIN");
        }
        for (int width : stageWidths) {
            TrainingOptions.requireBetween("stage width", width, 1, TrainingOptions.MAX_WIDTH);
        }
    }

    /** A connection with everything else as by default. */
    public static DepthOptions of(DepthConnection connection) {
        return PLAIN.with(connection);
    }

    public boolean plain() {
        return plain(connection);
    }

    /** Whether the embedding of so many layers is a readout of all levels: unless told otherwise, of all but shallow plain models. */
    public boolean allHops(int layers) {
        return switch (readout) {
            case READOUT_ALL_HOPS -> true;
            case READOUT_LAST -> false;
            case READOUT_UNSPECIFIED, UNRECOGNIZED -> !plain() || layers > SHALLOW;
        };
    }

    public DepthOptions with(DepthConnection value) {
        return new DepthOptions(
                value,
                readout,
                stageWidths,
                momentum,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions with(Readout value) {
        return new DepthOptions(
                connection,
                value,
                stageWidths,
                momentum,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withStageWidths(List<Integer> value) {
        return new DepthOptions(
                connection,
                readout,
                value,
                momentum,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withMomentum(double value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                value,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withMaxForget(double value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                momentum,
                value,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withLearnedHiddenStart(boolean value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                momentum,
                maxForget,
                value,
                sharedCell,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withSharedCell(boolean value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                momentum,
                maxForget,
                learnedHiddenStart,
                value,
                storedActivations,
                featureFlow);
    }

    public DepthOptions withStoredActivations(boolean value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                momentum,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                value,
                featureFlow);
    }

    /** Null: no penalty. */
    public DepthOptions withFeatureFlow(@Nullable FeatureFlow value) {
        return new DepthOptions(
                connection,
                readout,
                stageWidths,
                momentum,
                maxForget,
                learnedHiddenStart,
                sharedCell,
                storedActivations,
                value);
    }

    /** As the provenance of a model names them. */
    void name(Map<String, String> named, int layers) {
        named.put("depth_connection", connection.name());
        named.put("readout", (allHops(layers) ? Readout.READOUT_ALL_HOPS : Readout.READOUT_LAST).name());
        switch (connection) {
            case DEPTH_CONNECTION_MOMENTUM -> named.put("momentum", Double.toString(momentum));
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> named.put("max_forget", Double.toString(maxForget));
            default -> {}
        }
        if (!stageWidths.isEmpty()) {
            named.put("stage_widths", stageWidths.toString());
        }
        if (featureFlow != null) {
            named.put("feature_flow_length", Double.toString(featureFlow.length()));
            named.put("feature_flow_curvature", Double.toString(featureFlow.curvature()));
            named.put("feature_flow_bend", featureFlow.bend().name());
        }
    }

    private static boolean plain(DepthConnection connection) {
        return connection == DepthConnection.DEPTH_CONNECTION_PLAIN;
    }
}
