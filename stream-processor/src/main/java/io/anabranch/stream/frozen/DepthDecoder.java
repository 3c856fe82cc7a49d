package io.anabranch.stream.frozen;

import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connection along depth and the stages of a snapshot to the maps of its levels, checking what the connection allows. */
final class DepthDecoder {
    private final SnapshotTensors tensors;
    private final ModelSpec spec;
    /** Width of what the model starts from. */
    private final int inputWidth;

    private final DepthConnection connection;
    /** By layer, from 1: the number of its stage, from 1. */
    private final int[] stageOf;
    /** By the prefix of their tensors: the layers of a stage may share one. */
    private final Map<String, Cell> cells = new HashMap<>();

    DepthDecoder(SnapshotTensors tensors, ModelSpec spec, int inputWidth) throws InvalidModelException {
        this.tensors = tensors;
        this.spec = spec;
        this.inputWidth = inputWidth;
        connection = switch (spec.getDepthConnection()) {
            case DEPTH_CONNECTION_UNSPECIFIED -> DepthConnection.DEPTH_CONNECTION_PLAIN;
            case UNRECOGNIZED -> throw tensors.unknown("depth connection", spec.getDepthConnectionValue());
            default -> spec.getDepthConnection();
        };
        stageOf = new int[spec.getLayersCount() + 1];
        if (plain()) {
            if (spec.getStagesCount() != 0) {
                throw tensors.invalid("it has %d stages, but its depth connection is %s, which has none"
                        .formatted(spec.getStagesCount(), connection));
            }
            return;
        }
        if (spec.getStagesCount() == 0) {
            throw tensors.invalid(
                    "it has no stages, but its depth connection is %s, which has one or more".formatted(connection));
        }
        shareOut();
    }

    private boolean plain() {
        return connection == DepthConnection.DEPTH_CONNECTION_PLAIN;
    }

    private void shareOut() throws InvalidModelException {
        long layers = 0;
        for (int k = 1; k <= spec.getStagesCount(); k++) {
            var stage = spec.getStages(k - 1);
            check(k, stage);
            for (long l = layers + 1; l <= layers + stage.getLayers() && l < stageOf.length; l++) {
                stageOf[(int) l] = k;
            }
            layers += stage.getLayers();
        }
        if (layers != spec.getLayersCount()) {
            throw tensors.invalid(
                    "its stages have %d layers in all, but it has %d".formatted(layers, spec.getLayersCount()));
        }
    }

    private void check(int k, Stage stage) throws InvalidModelException {
        if (stage.getLayers() <= 0) {
            throw tensors.invalid("stage %d has %s layers, but at least 1 is needed"
                    .formatted(k, Integer.toUnsignedString(stage.getLayers())));
        }
        if (stage.getWidth() <= 0 || stage.getWidth() > LayerDecoder.MAX_WIDTH) {
            throw tensors.invalid("the width of stage %d (%s) must be in 1..%d"
                    .formatted(k, Integer.toUnsignedString(stage.getWidth()), LayerDecoder.MAX_WIDTH));
        }
        boolean momentum = connection == DepthConnection.DEPTH_CONNECTION_MOMENTUM;
        if (momentum ? !(stage.getMomentum() >= 0 && stage.getMomentum() < 1) : stage.getMomentum() != 0) {
            throw tensors.invalid(
                    momentum
                            ? "the momentum of stage %d (%s) must be from 0 to less than 1"
                                    .formatted(k, stage.getMomentum())
                            : onlyOf(k, "a momentum (" + stage.getMomentum() + ")", "DEPTH_CONNECTION_MOMENTUM"));
        }
        boolean reversible = connection == DepthConnection.DEPTH_CONNECTION_REVERSIBLE_GATE;
        if (reversible ? !(stage.getMaxForget() > 0 && stage.getMaxForget() <= 1) : stage.getMaxForget() != 0) {
            throw tensors.invalid(
                    reversible
                            ? "max_forget of stage %d (%s) must be more than 0 and at most 1"
                                    .formatted(k, stage.getMaxForget())
                            : onlyOf(
                                    k,
                                    "a max_forget (" + stage.getMaxForget() + ")",
                                    "DEPTH_CONNECTION_REVERSIBLE_GATE"));
        }
        if (!momentum && !reversible && stage.getHiddenStart() != HiddenStart.HIDDEN_START_UNSPECIFIED) {
            throw tensors.invalid(
                    onlyOf(k, "a hidden_start", "DEPTH_CONNECTION_MOMENTUM and DEPTH_CONNECTION_REVERSIBLE_GATE"));
        }
        if (stage.getSharedCell() && gates() == 0) {
            throw tensors.invalid(onlyOf(
                    k,
                    "a shared cell",
                    "DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM and DEPTH_CONNECTION_REVERSIBLE_GATE"));
        }
    }

    private String onlyOf(int k, String what, String owners) {
        return "stage %d has %s, but the depth connection is %s; only %s may have it"
                .formatted(k, what, connection, owners);
    }

    /** Gates of a cell; 0: the connection has no cells. */
    private int gates() {
        return switch (connection) {
            case DEPTH_CONNECTION_GRU -> GruStep.GATES;
            case DEPTH_CONNECTION_LSTM -> LstmStep.GATES;
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> ReversibleStep.GATES;
            default -> 0;
        };
    }

    /** What makes h_0 of the encoded features; null: nothing. */
    @Nullable
    LevelMap levelZero() throws InvalidModelException {
        if (plain()) {
            return null;
        }
        return new LevelMap(inputWidth, null, null, spec.getStages(0).getWidth(), entry(1, inputWidth));
    }

    /** Names a layer that does not read the rows of its stage. */
    void checkInput(int l) throws InvalidModelException {
        if (plain()) {
            return;
        }
        int k = stageOf[l];
        int width = spec.getStages(k - 1).getWidth();
        int input = spec.getLayers(l - 1).getInputWidth();
        if (input != width) {
            throw tensors.invalid("layer %d takes %s numbers, but its stage (%d) is %d wide"
                    .formatted(l, Integer.toUnsignedString(input), k, width));
        }
    }

    /**
     * What makes h_l of layer l's output; null: nothing.
     *
     * @param aggregated width of what the frozen layer gives
     * @param outer what the layer makes of that, if anything
     */
    @Nullable
    LevelMap level(int l, int aggregated, @Nullable RowMap outer) throws InvalidModelException {
        if (plain()) {
            return outer == null ? null : new LevelMap(aggregated, outer, null, aggregated, null);
        }
        int k = stageOf[l];
        var stage = spec.getStages(k - 1);
        boolean border = l < spec.getLayersCount() && stageOf[l + 1] != k;
        return new LevelMap(
                aggregated, outer, step(l, k, stage), stage.getWidth(), border ? entry(k + 1, stage.getWidth()) : null);
    }

    private DepthStep step(int l, int k, Stage stage) throws InvalidModelException {
        var layer = spec.getLayers(l - 1);
        return switch (connection) {
            case DEPTH_CONNECTION_RESIDUAL -> {
                checkAsWide(l, layer, k, stage, "the layer's output is added to its rows");
                yield new ResidualStep(stage.getWidth());
            }
            case DEPTH_CONNECTION_MOMENTUM -> {
                checkAsWide(l, layer, k, stage, "the layer's output is added to its rows");
                yield new MomentumStep(stage.getWidth(), stage.getMomentum());
            }
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM, DEPTH_CONNECTION_REVERSIBLE_GATE -> {
                if (stage.getSharedCell()) {
                    checkAsWide(l, layer, k, stage, "its layers share one cell");
                    yield gated(stage, cell("stage." + k, stage.getWidth(), stage.getWidth()));
                }
                yield gated(stage, cell("layer." + l, layer.getOutputWidth(), stage.getWidth()));
            }
            default -> throw new IllegalStateException("The depth connection (%s) has no step.".formatted(connection));
        };
    }

    private void checkAsWide(int l, Layer layer, int k, Stage stage, String why) throws InvalidModelException {
        if (layer.getOutputWidth() != stage.getWidth()) {
            throw tensors.invalid("layer %d gives %d numbers, but its stage (%d) is %d wide, and %s"
                    .formatted(l, layer.getOutputWidth(), k, stage.getWidth(), why));
        }
    }

    private DepthStep gated(Stage stage, Cell cell) {
        return switch (connection) {
            case DEPTH_CONNECTION_GRU -> new GruStep(cell);
            case DEPTH_CONNECTION_LSTM -> new LstmStep(cell);
            default -> new ReversibleStep(cell, stage.getMaxForget());
        };
    }

    private Cell cell(String prefix, int inputWidth, int width) throws InvalidModelException {
        var known = cells.get(prefix);
        if (known != null) {
            return known;
        }
        int columns = gates() * width;
        var cell = new Cell(
                inputWidth,
                width,
                gates(),
                connection != DepthConnection.DEPTH_CONNECTION_LSTM,
                tensors.get(prefix + ".cell.input", inputWidth, columns),
                tensors.get(prefix + ".cell.recurrent", width, columns),
                tensors.get(prefix + ".cell.bias", columns));
        cells.put(prefix, cell);
        return cell;
    }

    /** @param before width of what stage k begins with */
    private StageEntry entry(int k, int before) throws InvalidModelException {
        var stage = spec.getStages(k - 1);
        int width = stage.getWidth();
        String prefix = "stage." + k;
        var map = new RowMap(
                before,
                width,
                tensors.get(prefix + ".entry", before, width),
                tensors.get(prefix + ".entry_bias", width),
                tensors.activation(
                        "the entry of stage " + k, stage.getEntryActivation(), stage.getEntryActivationValue()));
        return switch (connection) {
            case DEPTH_CONNECTION_GRU, DEPTH_CONNECTION_LSTM ->
                StageEntry.gated(map, gated(stage, cell(prefix, width, width)));
            case DEPTH_CONNECTION_MOMENTUM, DEPTH_CONNECTION_REVERSIBLE_GATE ->
                StageEntry.hidden(map, hiddenStart(prefix, k, stage));
            default -> StageEntry.visible(map);
        };
    }

    private @Nullable RowMap hiddenStart(String prefix, int k, Stage stage) throws InvalidModelException {
        int width = stage.getWidth();
        return switch (stage.getHiddenStart()) {
            case HIDDEN_START_UNSPECIFIED, HIDDEN_START_ZERO -> null;
            case HIDDEN_START_LEARNED ->
                new RowMap(
                        width,
                        width,
                        tensors.get(prefix + ".hidden", width, width),
                        tensors.get(prefix + ".hidden_bias", width),
                        Activation.IDENTITY);
            case UNRECOGNIZED -> throw tensors.unknown("hidden_start of stage " + k, stage.getHiddenStartValue());
        };
    }
}
