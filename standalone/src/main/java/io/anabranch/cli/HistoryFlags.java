package io.anabranch.cli;

import io.anabranch.model.v1.HistoryCell;
import io.anabranch.v1.HistoryOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and how a model to be trained reads what nodes did, left to the service's defaults where the options say nothing. */
final class HistoryFlags {

    enum Cell {
        GRU,
        LSTM
    }

    @Option(
            names = "--history-cell",
            description = "Read what nodes did, by a reversible cell: one of ${COMPLETION-CANDIDATES}.")
    private @Nullable Cell cell;

    @Option(names = "--history-width", paramLabel = "N", description = "Numbers that the cell shows: even.")
    private int width;

    @Option(
            names = "--history-forget-bits",
            paramLabel = "N",
            description = "Most bits that a number of its state loses in a step; 0: no limit.")
    private @Nullable Integer forgetBits;

    @Option(
            names = "--history-identity-width",
            paramLabel = "N",
            description = "Signs that tell the cell who the other end of an edge is.")
    private @Nullable Integer identityWidth;

    @Option(
            names = "--history-noise",
            paramLabel = "X",
            description = "Standard deviation of noise on its state while it learns.")
    private float noise;

    @Option(
            names = "--history-keep",
            paramLabel = "N",
            description = "Numbers that the cell shows once it has learnt: even; the other units are pruned.")
    private int keep;

    HistoryOptions options() {
        HistoryOptions.Builder options =
                HistoryOptions.newBuilder().setWidth(width).setNoise(noise).setKeep(keep);
        if (cell != null) {
            options.setCell(HistoryCell.valueOf("HISTORY_CELL_REVERSIBLE_" + cell));
        }
        if (forgetBits != null) {
            options.setForgetBits(forgetBits);
        }
        if (identityWidth != null) {
            options.setIdentityWidth(identityWidth);
        }
        return options.build();
    }
}
