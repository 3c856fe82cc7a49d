package io.anabranch.stream.frozen;

/**
 * What becomes of a layer's output along depth: from the output y of a layer and the rows {@code (h, c)} of a vertex before it to those after it.
 * A map of one vertex; rows of several are worked on at once, each to the same bits as alone. Immutable; safe to share between threads.
 */
public sealed interface DepthStep permits ResidualStep, GruStep, LstmStep, MomentumStep, ReversibleStep {
    /** Whether there is a hidden row c. Where there is none, c is neither read nor written. */
    boolean hasHidden();

    /**
     * Puts the rows after the layer in the place of those before it.
     *
     * @param y rows that begin {@code ys} floats apart; zeros behind the width
     * @param tile its h and c are [rows, stride of the width]
     */
    void apply(float[] y, int ys, DepthTile tile, int rows);
}
