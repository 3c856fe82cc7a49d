package io.anabranch.graph.hag.pass;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weighted sums of rows with the Vector API: {@code out = start + Σ weight · rows[child]}, added up in the order of the children. Laid
 * out as {@link RowSums}.
 *
 * <p>One pass of one thread; not thread-safe.
 */
final class WeightedRowSums {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final float[] rows;
    private final int rowsAt;
    private final int width;
    private final int[] children;
    private final float[] weights;

    private float[] start;
    private int startAt;

    WeightedRowSums(float[] rows, int rowsAt, int width, int[] children, float[] weights) {
        this.rows = rows;
        this.rowsAt = rowsAt;
        this.width = width;
        this.children = children;
        this.weights = weights;
        this.start = new float[width];
    }

    /** The next sums start from a row of this array; the first ones start from zeros. */
    void startFrom(float[] array, int at) {
        start = array;
        startAt = at;
    }

    /** Over the children from {@code from} to below {@code to}. */
    void sum(int from, int to, float[] out, int outAt) {
        int column = 0;
        for (; column + 8 * LANES <= width; column += 8 * LANES) {
            eight(from, to, column, out, outAt);
        }
        if (column + 4 * LANES <= width) {
            four(from, to, column, out, outAt);
            column += 4 * LANES;
        }
        if (column + 2 * LANES <= width) {
            two(from, to, column, out, outAt);
            column += 2 * LANES;
        }
        if (column + LANES <= width) {
            one(from, to, column, out, outAt);
            column += LANES;
        }
        if (column < width) {
            if (column > 0) {
                one(from, to, width - LANES, out, outAt);
            } else {
                narrow(from, to, out, outAt);
            }
        }
    }

    private void eight(int from, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, start, startAt + column + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, start, startAt + column + 3 * LANES);
        FloatVector s4 = FloatVector.fromArray(SPECIES, start, startAt + column + 4 * LANES);
        FloatVector s5 = FloatVector.fromArray(SPECIES, start, startAt + column + 5 * LANES);
        FloatVector s6 = FloatVector.fromArray(SPECIES, start, startAt + column + 6 * LANES);
        FloatVector s7 = FloatVector.fromArray(SPECIES, start, startAt + column + 7 * LANES);
        for (int i = from; i < to; i++) {
            int at = rowsAt + children[i] * width + column;
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
            s0 = FloatVector.fromArray(SPECIES, rows, at).fma(weight, s0);
            s1 = FloatVector.fromArray(SPECIES, rows, at + LANES).fma(weight, s1);
            s2 = FloatVector.fromArray(SPECIES, rows, at + 2 * LANES).fma(weight, s2);
            s3 = FloatVector.fromArray(SPECIES, rows, at + 3 * LANES).fma(weight, s3);
            s4 = FloatVector.fromArray(SPECIES, rows, at + 4 * LANES).fma(weight, s4);
            s5 = FloatVector.fromArray(SPECIES, rows, at + 5 * LANES).fma(weight, s5);
            s6 = FloatVector.fromArray(SPECIES, rows, at + 6 * LANES).fma(weight, s6);
            s7 = FloatVector.fromArray(SPECIES, rows, at + 7 * LANES).fma(weight, s7);
        }
        s0.intoArray(out, outAt + column);
        s1.intoArray(out, outAt + column + LANES);
        s2.intoArray(out, outAt + column + 2 * LANES);
        s3.intoArray(out, outAt + column + 3 * LANES);
        s4.intoArray(out, outAt + column + 4 * LANES);
        s5.intoArray(out, outAt + column + 5 * LANES);
        s6.intoArray(out, outAt + column + 6 * LANES);
        s7.intoArray(out, outAt + column + 7 * LANES);
    }

    private void four(int from, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, start, startAt + column + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, start, startAt + column + 3 * LANES);
        for (int i = from; i < to; i++) {
            int at = rowsAt + children[i] * width + column;
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
            s0 = FloatVector.fromArray(SPECIES, rows, at).fma(weight, s0);
            s1 = FloatVector.fromArray(SPECIES, rows, at + LANES).fma(weight, s1);
            s2 = FloatVector.fromArray(SPECIES, rows, at + 2 * LANES).fma(weight, s2);
            s3 = FloatVector.fromArray(SPECIES, rows, at + 3 * LANES).fma(weight, s3);
        }
        s0.intoArray(out, outAt + column);
        s1.intoArray(out, outAt + column + LANES);
        s2.intoArray(out, outAt + column + 2 * LANES);
        s3.intoArray(out, outAt + column + 3 * LANES);
    }

    private void two(int from, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        for (int i = from; i < to; i++) {
            int at = rowsAt + children[i] * width + column;
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
            s0 = FloatVector.fromArray(SPECIES, rows, at).fma(weight, s0);
            s1 = FloatVector.fromArray(SPECIES, rows, at + LANES).fma(weight, s1);
        }
        s0.intoArray(out, outAt + column);
        s1.intoArray(out, outAt + column + LANES);
    }

    private void one(int from, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        for (int i = from; i < to; i++) {
            int at = rowsAt + children[i] * width + column;
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
            s0 = FloatVector.fromArray(SPECIES, rows, at).fma(weight, s0);
        }
        s0.intoArray(out, outAt + column);
    }

    private void narrow(int from, int to, float[] out, int outAt) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        FloatVector sum = FloatVector.fromArray(SPECIES, start, startAt, mask);
        for (int i = from; i < to; i++) {
            FloatVector weight = FloatVector.broadcast(SPECIES, weights[i]);
            sum = FloatVector.fromArray(SPECIES, rows, rowsAt + children[i] * width, mask)
                    .fma(weight, sum);
        }
        sum.intoArray(out, outAt, mask);
    }
}
