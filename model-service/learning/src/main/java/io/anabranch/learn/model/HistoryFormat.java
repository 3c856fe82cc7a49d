package io.anabranch.learn.model;

import io.anabranch.graph.history.GapCode;
import io.anabranch.graph.history.IdentityCode;
import io.anabranch.graph.history.StepCode;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;

/** What follows from a valid {@link HistoryEncoder}: how a step is told to the cell, and the shapes of the cell's halves. */
public final class HistoryFormat {

    /** The halves of a cell, which are numbered from 1. */
    public static final int HALVES = 2;

    private HistoryFormat() {}

    /** What the cell is told of a step. */
    public static StepCode steps(HistoryEncoder history) {
        return new StepCode(
                new GapCode(history.getShortestGapS(), history.getLongestGapS()),
                history.getEdgeTypesList(),
                history.getWeightMean(),
                history.getWeightScale(),
                new IdentityCode(history.getIdentityWidth()));
    }

    /** Blocks of columns that a half's matrices have: z, r, n, or z, p, f, q, g. */
    public static int blocks(HistoryEncoder history) {
        return history.getCell() == HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM ? 5 : 3;
    }

    /** Numbers of a half that others see. */
    public static int halfWidth(HistoryEncoder history) {
        return history.getWidth() / HALVES;
    }
}
