package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.AggregationPlan;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Greatest numbers of rows, column by column, with the Vector API: {@code out = max(rows[child], nodes[child])}. A number that is no
 * number never wins, and a zero is written as +0, so that the bits don't depend on the order of the children or on how they were put together.
 *
 * <p>Maxima stay in registers, four vectors at a time. The end of a row that is no whole vector is the last vector of the row once more; a row
 * below one vector takes a mask.
 *
 * <p>One pass of one thread; not thread-safe.
 */
final class RowMaxima {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();

    private final float[] rows;
    private final int width;
    private final float[] nodes;
    private final float @Nullable [] weights;
    private int firstNode;

    /**
     * @param nodes rows of aggregation nodes, of which {@link #firstNode} says the number of the first
     * @param weights by place among the children, what a row is multiplied by; null: nothing
     */
    RowMaxima(float[] rows, int width, float[] nodes, float @Nullable [] weights) {
        this.rows = rows;
        this.width = width;
        this.nodes = nodes;
        this.weights = weights;
    }

    /** The child that is the first row of the nodes. */
    void firstNode(int child) {
        firstNode = child;
    }

    /**
     * Writes one row. Children from {@code from} on are rows, those from {@code split} to below {@code to} nodes. Without any it is zero.
     *
     * @param own a row that counts besides; −1: none
     */
    void max(int[] children, int from, int split, int to, int own, float[] out, int outAt) {
        if (from == to && own < 0) {
            Arrays.fill(out, outAt, outAt + width, 0);
            return;
        }
        if (width < LANES) {
            VectorMask<Float> mask = SPECIES.indexInRange(0, width);
            if (weights == null) {
                narrow(children, from, split, to, own, mask, out, outAt);
            } else {
                weighted(children, weights, from, to, own, 0, mask, out, outAt);
            }
            return;
        }
        VectorMask<Float> all = SPECIES.indexInRange(0, LANES);
        int column = 0;
        if (weights == null) {
            for (; column + 4 * LANES <= width; column += 4 * LANES) {
                four(children, from, split, to, own, column, out, outAt);
            }
        }
        for (; column < width; column += LANES) {
            int at = Math.min(column, width - LANES);
            if (weights == null) {
                one(children, from, split, to, own, at, out, outAt);
            } else {
                weighted(children, weights, from, to, own, at, all, out, outAt);
            }
        }
    }

    private void four(int[] children, int from, int split, int to, int own, int column, float[] out, int outAt) {
        FloatVector m0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        for (int i = own < 0 ? from : from - 1; i < to; i++) {
            float[] array = i < split ? rows : nodes;
            int at = (i < from ? own : i < split ? children[i] : children[i] - firstNode) * width + column;
            FloatVector x0 = FloatVector.fromArray(SPECIES, array, at);
            FloatVector x1 = FloatVector.fromArray(SPECIES, array, at + LANES);
            FloatVector x2 = FloatVector.fromArray(SPECIES, array, at + 2 * LANES);
            FloatVector x3 = FloatVector.fromArray(SPECIES, array, at + 3 * LANES);
            m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
            m1 = m1.blend(x1, x1.compare(VectorOperators.GT, m1));
            m2 = m2.blend(x2, x2.compare(VectorOperators.GT, m2));
            m3 = m3.blend(x3, x3.compare(VectorOperators.GT, m3));
        }
        m0.add(0f).intoArray(out, outAt + column);
        m1.add(0f).intoArray(out, outAt + column + LANES);
        m2.add(0f).intoArray(out, outAt + column + 2 * LANES);
        m3.add(0f).intoArray(out, outAt + column + 3 * LANES);
    }

    private void one(int[] children, int from, int split, int to, int own, int column, float[] out, int outAt) {
        FloatVector m = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = own < 0 ? from : from - 1; i < to; i++) {
            float[] array = i < split ? rows : nodes;
            int at = (i < from ? own : i < split ? children[i] : children[i] - firstNode) * width + column;
            FloatVector x = FloatVector.fromArray(SPECIES, array, at);
            m = m.blend(x, x.compare(VectorOperators.GT, m));
        }
        m.add(0f).intoArray(out, outAt + column);
    }

    private void narrow(
            int[] children, int from, int split, int to, int own, VectorMask<Float> mask, float[] out, int outAt) {
        FloatVector m = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = own < 0 ? from : from - 1; i < to; i++) {
            float[] array = i < split ? rows : nodes;
            int at = (i < from ? own : i < split ? children[i] : children[i] - firstNode) * width;
            FloatVector x = FloatVector.fromArray(SPECIES, array, at, mask);
            m = m.blend(x, x.compare(VectorOperators.GT, m));
        }
        m.add(0f).intoArray(out, outAt, mask);
    }

    private void weighted(
            int[] children,
            float[] factors,
            int from,
            int to,
            int own,
            int column,
            VectorMask<Float> mask,
            float[] out,
            int outAt) {
        FloatVector m = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = own < 0 ? from : from - 1; i < to; i++) {
            int at = (i < from ? own : children[i]) * width + column;
            FloatVector x = FloatVector.fromArray(SPECIES, rows, at, mask).mul(i < from ? 1f : factors[i]);
            m = m.blend(x, x.compare(VectorOperators.GT, m));
        }
        m.add(0f).intoArray(out, outAt + column, mask);
    }

    /**
     * The holders of a row that was written: of each column the lowest source whose number is the greatest; {@link AggregationPlan#NO_SOURCE} where
     * there is none.
     *
     * @param nodeHolders holders of the nodes' rows
     */
    void holders(
            int[] children,
            int from,
            int split,
            int to,
            int own,
            float[] out,
            int outAt,
            int[] nodeHolders,
            int[] holders,
            int holdersAt) {
        Arrays.fill(holders, holdersAt, holdersAt + width, AggregationPlan.NO_SOURCE);
        for (int i = own < 0 ? from : from - 1; i < to; i++) {
            if (i < split) {
                int source = i < from ? own : children[i];
                float factor = i < from || weights == null ? 1 : weights[i];
                hold(source, factor, out, outAt, holders, holdersAt);
            } else {
                int at = (children[i] - firstNode) * width;
                for (int j = 0; j < width; j++) {
                    if (nodes[at + j] == out[outAt + j]) {
                        holders[holdersAt + j] = Math.min(holders[holdersAt + j], nodeHolders[at + j]);
                    }
                }
            }
        }
    }

    private void hold(int source, float factor, float[] out, int outAt, int[] holders, int holdersAt) {
        int at = source * width;
        for (int j = 0; j < width; j++) {
            if (factor * rows[at + j] == out[outAt + j]) {
                holders[holdersAt + j] = Math.min(holders[holdersAt + j], source);
            }
        }
    }
}
