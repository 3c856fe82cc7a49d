package io.anabranch.learn.model;

import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import io.anabranch.model.v1.Stage;

/**
 * How wide a model's rows are along depth, and which stage each layer belongs to. Levels count from 0, layers and stages from 1. For specs that
 * are valid.
 */
public final class Levels {

    private final ModelSpec spec;
    /** By stage: its first layer. */
    private final int[] first;

    private Levels(ModelSpec spec) {
        this.spec = spec;
        first = new int[spec.getStagesCount() + 1];
        int layer = 1;
        for (int k = 0; k < spec.getStagesCount(); k++) {
            first[k] = layer;
            layer += spec.getStages(k).getLayers();
        }
        first[spec.getStagesCount()] = layer;
    }

    public static Levels of(ModelSpec spec) {
        return new Levels(spec);
    }

    /** Whether each layer reads the one before and nothing else; then there are no stages. */
    public static boolean plain(ModelSpec spec) {
        return spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_UNSPECIFIED
                || spec.getDepthConnection() == DepthConnection.DEPTH_CONNECTION_PLAIN;
    }

    public static boolean allHops(ModelSpec spec) {
        return spec.getReadout() == Readout.READOUT_ALL_HOPS;
    }

    /** Width of what a model starts from: the encoded features and, behind them, what the cell shows of a vertex's history. */
    public static int inputWidth(ModelSpec spec) {
        return spec.getFeatureDimension()
                + (spec.hasHistory() ? spec.getHistory().getWidth() : 0);
    }

    /** Number of layers. */
    public int layers() {
        return spec.getLayersCount();
    }

    /** Number of stages, 0 for a plain model. */
    public int stages() {
        return spec.getStagesCount();
    }

    public Stage stage(int stage) {
        return spec.getStages(stage - 1);
    }

    /** The stage of a layer of a model that has stages. */
    public int stageOf(int layer) {
        int stage = 1;
        while (layer >= first[stage]) {
            stage++;
        }
        return stage;
    }

    public int firstLayer(int stage) {
        return first[stage - 1];
    }

    public int lastLayer(int stage) {
        return first[stage] - 1;
    }

    /** How many gates the cells along depth have; 0 where there are no cells. */
    public int gates() {
        return switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_REVERSIBLE_GATE -> 3;
            case DEPTH_CONNECTION_LSTM -> 4;
            case DEPTH_CONNECTION_PLAIN,
                    DEPTH_CONNECTION_RESIDUAL,
                    DEPTH_CONNECTION_MOMENTUM,
                    DEPTH_CONNECTION_UNSPECIFIED,
                    UNRECOGNIZED -> 0;
        };
    }

    /** Width of what a stage begins with. */
    public int entryWidth(int stage) {
        return stage == 1 ? inputWidth(spec) : stage(stage - 1).getWidth();
    }

    /** Width of h_l. */
    public int width(int level) {
        if (stages() > 0) {
            return stage(stageOf(Math.min(level + 1, layers()))).getWidth();
        }
        return level == 0 ? inputWidth(spec) : spec.getLayers(level - 1).getOutputWidth();
    }

    public int embeddingWidth() {
        return allHops(spec) ? spec.getReadoutWidth() : width(layers());
    }
}
