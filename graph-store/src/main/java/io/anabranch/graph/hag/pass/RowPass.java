package io.anabranch.graph.hag.pass;

/** The arrays of one pass from input rows to output rows. */
final class RowPass {

    final float[] in;
    final int inAt;
    final int width;
    final float[] out;
    final int outAt;
    private final int ownRows;
    private final float[] zeros;

    /**
     * @param inRows rows of the input
     * @param outRows rows of the output
     * @param ownRows output rows up to this one start from the input row of the same number, others from zero
     * @throws IllegalArgumentException if an array is too short
     */
    RowPass(float[] in, int inAt, int inRows, int width, float[] out, int outAt, int outRows, int ownRows) {
        RowShapes.require("input", in, inAt, inRows, width);
        RowShapes.require("output", out, outAt, outRows, width);
        this.in = in;
        this.inAt = inAt;
        this.width = width;
        this.out = out;
        this.outAt = outAt;
        this.ownRows = ownRows;
        this.zeros = new float[width];
    }

    int outAt(int row) {
        return outAt + row * width;
    }

    float[] start(int row) {
        return row < ownRows ? in : zeros;
    }

    int startAt(int row) {
        return row < ownRows ? inAt + row * width : 0;
    }
}
