package io.anabranch.stream.frozen;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.IdentityCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.model.v1.ModelSpec;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The history encoder of a snapshot, checked. */
final class HistoryDecoder {
    private final SnapshotTensors tensors;
    private final ModelSpec spec;

    HistoryDecoder(SnapshotTensors tensors, ModelSpec spec) {
        this.tensors = tensors;
        this.spec = spec;
    }

    /** Null: the model reads no histories. */
    @Nullable
    HistoryEncoder decode() throws InvalidModelException {
        if (!spec.hasHistory()) {
            return null;
        }
        var history = spec.getHistory();
        int width = history.getWidth();
        if (width <= 0 || width > LayerDecoder.MAX_WIDTH || width % HistoryCell.HALVES != 0) {
            throw tensors.invalid("the width of the history (%s) must be even and in 2..%d"
                    .formatted(Integer.toUnsignedString(width), LayerDecoder.MAX_WIDTH));
        }
        if (!(history.getMaxForget() > 0 && history.getMaxForget() <= 1)) {
            throw tensors.invalid("max_forget of the history (%s) must be more than 0 and at most 1"
                    .formatted(history.getMaxForget()));
        }
        var code = code(history);
        return switch (history.getCell()) {
            case HISTORY_CELL_REVERSIBLE_GRU ->
                encoder(HistoryEncoder.Kind.GRU, code, history, GruHistoryCell.GATES, true);
            case HISTORY_CELL_REVERSIBLE_LSTM ->
                encoder(HistoryEncoder.Kind.LSTM, code, history, LstmHistoryCell.GATES, false);
            case HISTORY_CELL_UNSPECIFIED -> throw tensors.invalid("the history has no cell");
            case UNRECOGNIZED -> throw tensors.unknown("cell of the history", history.getCellValue());
        };
    }

    private StepCode code(io.anabranch.model.v1.HistoryEncoder history) throws InvalidModelException {
        int identities = history.getIdentityWidth();
        if (identities < 0 || identities > LayerDecoder.MAX_WIDTH) {
            throw tensors.invalid("the width of identities (%s) must be in 0..%d"
                    .formatted(Integer.toUnsignedString(identities), LayerDecoder.MAX_WIDTH));
        }
        try {
            return new StepCode(
                    new GapCode(history.getShortestGapS(), history.getLongestGapS()),
                    history.getEdgeTypesList(),
                    history.getWeightMean(),
                    history.getWeightScale(),
                    new IdentityCode(identities));
        } catch (IllegalArgumentException e) {
            throw tensors.invalid("what its history is told of a step is wrong: " + e.getMessage());
        }
    }

    private HistoryEncoder encoder(
            HistoryEncoder.Kind kind,
            StepCode code,
            io.anabranch.model.v1.HistoryEncoder history,
            int gates,
            boolean resets)
            throws InvalidModelException {
        int half = history.getWidth() / HistoryCell.HALVES;
        var halves = new ArrayList<Cell>();
        for (int p = 1; p <= HistoryCell.HALVES; p++) {
            halves.add(new Cell(
                    code.width(),
                    half,
                    gates,
                    resets,
                    tensors.get("history.%d.input".formatted(p), code.width(), gates * half),
                    tensors.get("history.%d.recurrent".formatted(p), half, gates * half),
                    tensors.get("history.%d.bias".formatted(p), gates * half)));
        }
        return new HistoryEncoder(kind, code, history.getMaxForget(), halves);
    }
}
