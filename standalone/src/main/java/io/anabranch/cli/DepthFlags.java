package io.anabranch.cli;

import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Readout;
import io.anabranch.v1.DepthOptions;
import io.anabranch.v1.FeatureFlow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the layers of a model to be trained are connected along depth, left to the service's defaults where the options say nothing. */
final class DepthFlags {

    enum Connection {
        PLAIN,
        RESIDUAL,
        GRU,
        LSTM,
        MOMENTUM,
        REVERSIBLE_GATE
    }

    enum Embedding {
        LAST,
        ALL_HOPS
    }

    @Option(
            names = "--depth-connection",
            description = "What becomes of a layer's output along depth: one of ${COMPLETION-CANDIDATES}.")
    private @Nullable Connection connection;

    @Option(names = "--readout", description = "What the embedding is: one of ${COMPLETION-CANDIDATES}.")
    private @Nullable Embedding readout;

    @Option(
            names = "--stage-widths",
            split = ",",
            paramLabel = "N",
            description = "Widths of the stages, which share out the layers.")
    private List<Integer> stageWidths = List.of();

    @Option(names = "--momentum", paramLabel = "X", description = "Momentum: share of the velocity that is kept.")
    private @Nullable Float momentum;

    @Option(
            names = "--max-forget",
            paramLabel = "X",
            description = "Reversible gate: greatest share of a number that a layer forgets.")
    private @Nullable Float maxForget;

    @Option(
            names = "--learned-hidden-start",
            description = "Momentum, reversible gate: learn what hidden rows begin with.")
    private @Nullable Boolean learnedHiddenStart;

    @Option(
            names = "--shared-cell",
            negatable = true,
            description = "Gates: one cell for all layers of a stage, or one for each.")
    private @Nullable Boolean sharedCell;

    @Option(
            names = "--stored-activations",
            description = "Momentum, reversible gate: keep all rows for the way back; faster, memory grows with depth.")
    private @Nullable Boolean storedActivations;

    @Option(
            names = "--feature-flow",
            paramLabel = "X",
            description = "Penalty on length and bends of the rows' way along depth.")
    private @Nullable Float featureFlow;

    DepthOptions options() {
        DepthOptions.Builder options = DepthOptions.newBuilder().addAllStageWidths(stageWidths);
        if (connection != null) {
            options.setConnection(DepthConnection.valueOf("DEPTH_CONNECTION_" + connection));
        }
        if (readout != null) {
            options.setReadout(Readout.valueOf("READOUT_" + readout));
        }
        if (momentum != null) {
            options.setMomentum(momentum);
        }
        if (maxForget != null) {
            options.setMaxForget(maxForget);
        }
        if (learnedHiddenStart != null) {
            options.setLearnedHiddenStart(learnedHiddenStart);
        }
        if (sharedCell != null) {
            options.setSharedCell(sharedCell);
        }
        if (storedActivations != null) {
            options.setStoredActivations(storedActivations);
        }
        if (featureFlow != null) {
            options.setFeatureFlow(
                    FeatureFlow.newBuilder().setLength(featureFlow).setCurvature(featureFlow));
        }
        return options.build();
    }
}
