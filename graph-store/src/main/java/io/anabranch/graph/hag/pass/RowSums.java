package io.anabranch.graph.hag.pass;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of rows with the Vector API: {@code out = start + Σ rows[child] + Σ nodes[child]}, added up in the order of the children.
 *
 * <p>Accumulators stay in registers, and an output row is written once. Blocks of 8, 4, 2 and 1 vectors are written out: a loop over
 * the vectors of a row takes twice the time, and vectors that pass between methods are boxed. The end of a row that is no whole vector is
 * the last vector of the row once more, which overlaps the one before; a row below one vector takes a mask.
 *
 * <p>One pass of one thread; not thread-safe.
 */
final class RowSums {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final float[] rows;
    private final int rowsAt;
    private final int width;
    private final float[] nodes;
    /** May wrap around, as do the products with numbers of nodes that it takes back. */
    private int nodesAt;

    private float[] start;
    private int startAt;

    /** @param nodes rows of aggregation nodes, of which {@link #firstNode} says the number of the first */
    RowSums(float[] rows, int rowsAt, int width, float[] nodes) {
        this.rows = rows;
        this.rowsAt = rowsAt;
        this.width = width;
        this.nodes = nodes;
        this.start = new float[width];
    }

    /** The child that is the first row of the nodes. */
    void firstNode(int child) {
        nodesAt = -child * width;
    }

    /** The next sums start from a row of this array; the first ones start from zeros. */
    void startFrom(float[] array, int at) {
        start = array;
        startAt = at;
    }

    /** Children from {@code from} on are rows, those from {@code split} to below {@code to} nodes. */
    void sum(int[] children, int from, int split, int to, float[] out, int outAt) {
        int column = 0;
        for (; column + 8 * LANES <= width; column += 8 * LANES) {
            eight(children, from, split, to, column, out, outAt);
        }
        if (column + 4 * LANES <= width) {
            four(children, from, split, to, column, out, outAt);
            column += 4 * LANES;
        }
        if (column + 2 * LANES <= width) {
            two(children, from, split, to, column, out, outAt);
            column += 2 * LANES;
        }
        if (column + LANES <= width) {
            one(children, from, split, to, column, out, outAt);
            column += LANES;
        }
        if (column < width) {
            if (column > 0) {
                one(children, from, split, to, width - LANES, out, outAt);
            } else {
                narrow(children, from, split, to, out, outAt);
            }
        }
    }

    private void eight(int[] children, int from, int split, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, start, startAt + column + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, start, startAt + column + 3 * LANES);
        FloatVector s4 = FloatVector.fromArray(SPECIES, start, startAt + column + 4 * LANES);
        FloatVector s5 = FloatVector.fromArray(SPECIES, start, startAt + column + 5 * LANES);
        FloatVector s6 = FloatVector.fromArray(SPECIES, start, startAt + column + 6 * LANES);
        FloatVector s7 = FloatVector.fromArray(SPECIES, start, startAt + column + 7 * LANES);
        for (int i = from; i < split; i++) {
            int at = rowsAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, rows, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, rows, at + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, rows, at + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, rows, at + 3 * LANES));
            s4 = s4.add(FloatVector.fromArray(SPECIES, rows, at + 4 * LANES));
            s5 = s5.add(FloatVector.fromArray(SPECIES, rows, at + 5 * LANES));
            s6 = s6.add(FloatVector.fromArray(SPECIES, rows, at + 6 * LANES));
            s7 = s7.add(FloatVector.fromArray(SPECIES, rows, at + 7 * LANES));
        }
        for (int i = split; i < to; i++) {
            int at = nodesAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, nodes, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, nodes, at + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, nodes, at + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, nodes, at + 3 * LANES));
            s4 = s4.add(FloatVector.fromArray(SPECIES, nodes, at + 4 * LANES));
            s5 = s5.add(FloatVector.fromArray(SPECIES, nodes, at + 5 * LANES));
            s6 = s6.add(FloatVector.fromArray(SPECIES, nodes, at + 6 * LANES));
            s7 = s7.add(FloatVector.fromArray(SPECIES, nodes, at + 7 * LANES));
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

    private void four(int[] children, int from, int split, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        FloatVector s2 = FloatVector.fromArray(SPECIES, start, startAt + column + 2 * LANES);
        FloatVector s3 = FloatVector.fromArray(SPECIES, start, startAt + column + 3 * LANES);
        for (int i = from; i < split; i++) {
            int at = rowsAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, rows, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, rows, at + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, rows, at + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, rows, at + 3 * LANES));
        }
        for (int i = split; i < to; i++) {
            int at = nodesAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, nodes, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, nodes, at + LANES));
            s2 = s2.add(FloatVector.fromArray(SPECIES, nodes, at + 2 * LANES));
            s3 = s3.add(FloatVector.fromArray(SPECIES, nodes, at + 3 * LANES));
        }
        s0.intoArray(out, outAt + column);
        s1.intoArray(out, outAt + column + LANES);
        s2.intoArray(out, outAt + column + 2 * LANES);
        s3.intoArray(out, outAt + column + 3 * LANES);
    }

    private void two(int[] children, int from, int split, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        FloatVector s1 = FloatVector.fromArray(SPECIES, start, startAt + column + LANES);
        for (int i = from; i < split; i++) {
            int at = rowsAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, rows, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, rows, at + LANES));
        }
        for (int i = split; i < to; i++) {
            int at = nodesAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, nodes, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, nodes, at + LANES));
        }
        s0.intoArray(out, outAt + column);
        s1.intoArray(out, outAt + column + LANES);
    }

    private void one(int[] children, int from, int split, int to, int column, float[] out, int outAt) {
        FloatVector s0 = FloatVector.fromArray(SPECIES, start, startAt + column);
        for (int i = from; i < split; i++) {
            int at = rowsAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, rows, at));
        }
        for (int i = split; i < to; i++) {
            int at = nodesAt + children[i] * width + column;
            s0 = s0.add(FloatVector.fromArray(SPECIES, nodes, at));
        }
        s0.intoArray(out, outAt + column);
    }

    private void narrow(int[] children, int from, int split, int to, float[] out, int outAt) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        FloatVector sum = FloatVector.fromArray(SPECIES, start, startAt, mask);
        for (int i = from; i < split; i++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, rows, rowsAt + children[i] * width, mask));
        }
        for (int i = split; i < to; i++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, nodes, nodesAt + children[i] * width, mask));
        }
        sum.intoArray(out, outAt, mask);
    }
}
