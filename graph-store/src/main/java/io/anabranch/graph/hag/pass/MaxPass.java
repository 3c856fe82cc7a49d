package io.anabranch.graph.hag.pass;

import org.jspecify.annotations.Nullable;

/** The arrays of one pass of maxima. */
final class MaxPass {

    final float[] in;
    final int width;
    final float[] out;
    /** By output column, who holds it; null: nobody asks. */
    final int @Nullable [] holders;
    /** Targets below this one count their own row besides. */
    private final int ownRows;

    /** @throws IllegalArgumentException if an array is too short */
    MaxPass(float[] in, int inRows, int width, float[] out, int @Nullable [] holders, int outRows, int ownRows) {
        RowShapes.require("input", in, 0, inRows, width);
        RowShapes.require("output", out, 0, outRows, width);
        if (holders != null && holders.length < (long) outRows * width) {
            throw new IllegalArgumentException(
                    "There are %d holders, %d rows of %d are needed.".formatted(holders.length, outRows, width));
        }
        this.in = in;
        this.width = width;
        this.out = out;
        this.holders = holders;
        this.ownRows = ownRows;
    }

    /** The input row that an output row counts besides; −1: none. */
    int own(int row) {
        return row < ownRows ? row : -1;
    }
}
