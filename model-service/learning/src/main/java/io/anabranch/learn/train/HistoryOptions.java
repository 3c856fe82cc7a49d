package io.anabranch.learn.train;

import io.anabranch.learn.recurrent.ForgetLimit;
import io.anabranch.learn.recurrent.HiddenNoise;
import io.anabranch.learn.recurrent.NoiseMode;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.HistoryEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whether and how a model reads what vertices did, by a reversible cell that is trained with the layers.
 *
 * @param cell {@code UNSPECIFIED}: histories are not read, and nothing else here counts
 * @param width of what the cell shows: even, 2 to 4096
 * @param forgetBits most bits that a number of the state may lose in a step, 1 to 20; 0: no limit
 * @param identityWidth signs that tell the cell who the other end is, 0 to 4096
 * @param keep numbers that the cell shows once it has learnt, the others pruned: even, 2 to less than the width; 0: all
 * @param noise standard deviation of the noise on the hidden state while it learns, 0 or more; gated cells have no step size that
 *     multiplicative noise could vary
 */
public record HistoryOptions(HistoryCell cell, int width, int forgetBits, int identityWidth, double noise, int keep) {

    private static final int MAX_FORGET_BITS = 20;
    private static final List<HistoryCell> CELLS = List.of(
            HistoryCell.HISTORY_CELL_UNSPECIFIED,
            HistoryCell.HISTORY_CELL_REVERSIBLE_GRU,
            HistoryCell.HISTORY_CELL_REVERSIBLE_LSTM);

    /** Histories are not read. Below what its check reads. */
    public static final HistoryOptions NONE = of(HistoryCell.HISTORY_CELL_UNSPECIFIED);

    public HistoryOptions {
        TrainingOptions.requireOneOf("history cell", cell, CELLS);
        TrainingOptions.requireBetween("history width", width, 2, TrainingOptions.MAX_WIDTH);
        if (width % 2 != 0) {
            throw TrainingOptions.wrong("history width", width, "an even number: the cell has two halves");
        }
        TrainingOptions.requireBetween("history forget bits", forgetBits, 0, MAX_FORGET_BITS);
        TrainingOptions.requireBetween("history identity width", identityWidth, 0, TrainingOptions.MAX_WIDTH);
        if (keep != 0 && (keep < 2 || keep >= width || keep % 2 != 0)) {
            throw TrainingOptions.wrong("history keep", keep, "0, or an even number from 2 to less than the width");
        }
        if (!(noise >= 0 && noise <= 10)) {
            throw TrainingOptions.wrong("history noise", noise, "0 to 10");
        }
    }

    /** Nothing is pruned. */
    public HistoryOptions(HistoryCell cell, int width, int forgetBits, int identityWidth, double noise) {
        this(cell, width, forgetBits, identityWidth, noise, 0);
    }

    /** A cell with 32 numbers, 3 bits to forget, 16 signs and no noise. */
    public static HistoryOptions of(HistoryCell cell) {
        return new HistoryOptions(cell, 32, 3, 16, 0);
    }

    /** Whether histories are not read. */
    public boolean none() {
        return cell == HistoryCell.HISTORY_CELL_UNSPECIFIED;
    }

    HiddenNoise hiddenNoise() {
        return new HiddenNoise(NoiseMode.RELEASED, noise, 0);
    }

    /** What a spec says of this; the rest follows from the histories. */
    HistoryEncoder encoder() {
        ForgetLimit limit = forgetBits == 0 ? ForgetLimit.none() : ForgetLimit.ofBits(forgetBits);
        return HistoryEncoder.newBuilder()
                .setCell(cell)
                .setWidth(width)
                .setMaxForget((float) limit.share())
                .setIdentityWidth(identityWidth)
                .build();
    }

    /** As the provenance of a model names them: nothing where histories are not read. */
    void name(Map<String, String> named) {
        if (none()) {
            return;
        }
        named.put(
                "history_cell",
                cell.name().replace("HISTORY_CELL_REVERSIBLE_", "").toLowerCase(Locale.ROOT));
        named.put("history_width", Integer.toString(width));
        named.put("history_forget_bits", Integer.toString(forgetBits));
        named.put("history_identity_width", Integer.toString(identityWidth));
        named.put("history_noise", Double.toString(noise));
        if (keep > 0) {
            named.put("history_keep", Integer.toString(keep));
        }
    }
}
