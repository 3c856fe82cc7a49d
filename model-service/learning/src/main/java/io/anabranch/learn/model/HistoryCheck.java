package io.anabranch.learn.model;

import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import io.anabranch.model.v1.ModelSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Judges how a spec says that histories are read. */
final class HistoryCheck {

    private static final List<HistoryCell> CELLS =
            List.of(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU, HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM);

    /** Far more than a state can hold; products of such widths do not overflow. */
    private static final int MOST_WIDTH = 1 << 16;

    private HistoryCheck() {}

    /** Does nothing where the spec reads no histories. */
    static void requireValid(ModelSpec spec) {
        if (!spec.hasHistory()) {
            return;
        }
        String model = spec.getName();
        HistoryEncoder history = spec.getHistory();
        if (!CELLS.contains(history.getCell())) {
            throw new InvalidModelException("The history cell (%d) of model (%s) is unknown; allowed: %s."
                    .formatted(history.getCellValue(), model, CELLS));
        }
        int width = history.getWidth();
        if (width <= 0 || width > MOST_WIDTH || width % HistoryFormat.HALVES != 0) {
            throw new InvalidModelException("The history width (%s) of model (%s) must be even, from 2 to %d."
                    .formatted(Integer.toUnsignedString(width), model, MOST_WIDTH));
        }
        if (width > Integer.MAX_VALUE - spec.getFeatureDimension()) {
            throw new InvalidModelException(
                    "The feature dimension (%d) and the history width (%d) of model (%s) must be %d together at most."
                            .formatted(spec.getFeatureDimension(), width, model, Integer.MAX_VALUE));
        }
        if (!(history.getMaxForget() > 0 && history.getMaxForget() <= 1)) {
            throw new InvalidModelException(
                    "The max forget (%s) of the history of model (%s) must be more than 0, at most 1."
                            .formatted(history.getMaxForget(), model));
        }
        requireValidSteps(history, model);
    }

    private static void requireValidSteps(HistoryEncoder history, String model) {
        double shortest = history.getShortestGapS();
        double longest = history.getLongestGapS();
        if (!(shortest > 0 && longest > shortest && longest < Double.POSITIVE_INFINITY)) {
            throw new InvalidModelException(
                    "The shortest gap (%s s) of the history of model (%s) must be positive, and the longest (%s s) longer and finite."
                            .formatted(shortest, model, longest));
        }
        Set<String> types = new HashSet<>();
        for (String type : history.getEdgeTypesList()) {
            if (!types.add(type)) {
                throw new InvalidModelException(
                        "The history of model (%s) lists the edge type (%s) twice.".formatted(model, type));
            }
        }
        if (!Float.isFinite(history.getWeightMean())) {
            throw new InvalidModelException("The weight mean (%s) of the history of model (%s) must be finite."
                    .formatted(history.getWeightMean(), model));
        }
        if (!(history.getWeightScale() > 0 && history.getWeightScale() < Float.POSITIVE_INFINITY)) {
            throw new InvalidModelException(
                    "The weight scale (%s) of the history of model (%s) must be positive and finite."
                            .formatted(history.getWeightScale(), model));
        }
        if (history.getIdentityWidth() < 0 || history.getIdentityWidth() > MOST_WIDTH) {
            throw new InvalidModelException("The identity width (%s) of the history of model (%s) must be from 0 to %d."
                    .formatted(Integer.toUnsignedString(history.getIdentityWidth()), model, MOST_WIDTH));
        }
    }
}
