package io.anabranch.learn.reversible;

import io.anabranch.learn.nn.GruCell;
import java.util.List;

/**
 * Reversible gate (MacKay et al., NeurIPS 2018, across depth): h' = z c + (1 - z) n and c' = h, with z and n of {@link GruCell#gate} over y = f(h)
 * and h. In the product z has 24 fraction bits and is at least 2^-24; from 1/2 on that is every float. A level costs about -log2 z bits per element, and never many more than -log2(1 - maxForget).
 *
 * @param cells one for all layers, or one for each
 * @param maxForget more than 0, at most 1
 */
public record GateRule(List<GruCell> cells, double maxForget) implements ReversibleRule {

    static final int SHARE_BITS = GatedNumbers.SHARE_BITS;

    public GateRule {
        cells = List.copyOf(cells);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("The cells of a reversible gate must not be empty.");
        }
        if (!(maxForget > 0 && maxForget <= 1)) {
            throw new IllegalArgumentException(
                    "The share that may be forgotten (%s) must be more than 0 and at most 1.".formatted(maxForget));
        }
    }

    GruCell cell(int layer) {
        return cells.size() == 1 ? cells.getFirst() : cells.get(layer);
    }
}
