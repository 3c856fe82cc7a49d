package io.anabranch.stream.frozen;

import io.anabranch.graph.history.StepCode;
import java.util.List;

/** How a model reads what a vertex did. Immutable; safe to share between threads, other than the {@link HistoryCell cells} that it gives. */
public final class HistoryEncoder {
    /** Kinds of cells. */
    enum Kind {
        GRU,
        LSTM
    }

    private final Kind kind;
    private final StepCode code;
    private final float maxForget;
    private final List<Cell> halves;

    /**
     * A cell of two halves over the numbers of a step.
     *
     * @param maxForget more than 0, at most 1
     * @param halves of equal width, each over the numbers of a step
     */
    HistoryEncoder(Kind kind, StepCode code, float maxForget, List<Cell> halves) {
        this.kind = kind;
        this.code = code;
        this.maxForget = maxForget;
        this.halves = List.copyOf(halves);
    }

    /** Numbers that the cell shows. */
    public int width() {
        return HistoryCell.HALVES * halves.getFirst().width();
    }

    /** What the cell is told of a step. */
    public StepCode code() {
        return code;
    }

    /** For one thread. */
    public HistoryCell newCell() {
        return switch (kind) {
            case GRU -> new GruHistoryCell(halves, maxForget);
            case LSTM -> new LstmHistoryCell(halves, maxForget);
        };
    }
}
