package io.anabranch.graph.hag;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Every target adds up its own in-neighbours, one row addition an edge.
 *
 * <p>Both passes gather over compressed sparse rows and so write each output row once; the rows of the transposed pass are made on
 * its first use. Memory: 4 bytes a row and 4 an edge (8 with weights), twice that with the transposed rows. Cost of a pass:
 * edges × width multiply-adds, bound by memory.
 */
public final class DirectPlan implements AggregationPlan {

    private final int sources;
    private final Rows in;
    /** Made on first use. Threads that race make it twice, alike: it is immutable. */
    private @Nullable Rows out;

    private DirectPlan(int sources, Rows in) {
        this.sources = sources;
        this.in = in;
    }

    /**
     * A plan over compressed sparse rows of in-neighbours. The arrays are shared and must not change. Weights that all are 1 are
     * left out: rows are added faster than they are multiplied.
     *
     * @param offsets targets + 1 offsets, first 0, ascending, last the number of edges
     * @param neighbours the source of each edge, from 0 to {@code sources} - 1
     * @param weights the weight of each edge; null: all 1
     * @throws IllegalArgumentException if the arrays don't fit each other
     */
    public static DirectPlan of(int sources, int[] offsets, int[] neighbours, float @Nullable [] weights) {
        Rows in = new Rows(offsets, neighbours, weights == null || areOnes(weights) ? null : weights);
        in.check(sources, weights);
        return new DirectPlan(sources, in);
    }

    private static boolean areOnes(float[] weights) {
        for (float weight : weights) {
            if (weight != 1f) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int sources() {
        return sources;
    }

    @Override
    public int targets() {
        return in.count();
    }

    @Override
    public long rowAdditions() {
        return in.neighbours.length;
    }

    @Override
    public void sum(float[] input, int inputAt, int width, float[] output, int outputAt) {
        in.gather(input, inputAt, sources, width, output, outputAt);
    }

    @Override
    public void sumTransposed(float[] input, int width, float[] output) {
        Rows transposed = out;
        if (transposed == null) {
            transposed = in.transpose(sources);
            out = transposed;
        }
        transposed.gather(input, 0, targets(), width, output, 0);
    }

    /** One direction. */
    private static final class Rows {

        private final int[] offsets;
        private final int[] neighbours;
        private final float @Nullable [] weights;

        Rows(int[] offsets, int[] neighbours, float @Nullable [] weights) {
            this.offsets = offsets;
            this.neighbours = neighbours;
            this.weights = weights;
        }

        int count() {
            return offsets.length - 1;
        }

        void check(int sources, float @Nullable [] given) {
            if (offsets.length == 0 || offsets[0] != 0 || offsets[count()] != neighbours.length) {
                throw new IllegalArgumentException("The %d offsets must run from 0 to the number of edges (%d)."
                        .formatted(offsets.length, neighbours.length));
            }
            for (int r = 0; r < count(); r++) {
                if (offsets[r] > offsets[r + 1]) {
                    throw new IllegalArgumentException(
                            "The offset (%d) of row %d must not be below the one before (%d)."
                                    .formatted(offsets[r + 1], r + 1, offsets[r]));
                }
            }
            for (int neighbour : neighbours) {
                if (neighbour < 0 || neighbour >= sources) {
                    throw new IllegalArgumentException(
                            "The neighbour (%d) must be from 0 to %d.".formatted(neighbour, sources - 1));
                }
            }
            if (given != null && given.length != neighbours.length) {
                throw new IllegalArgumentException(
                        "There are %d weights for %d edges.".formatted(given.length, neighbours.length));
            }
        }

        Rows transpose(int columns) {
            int[] newOffsets = new int[columns + 1];
            for (int neighbour : neighbours) {
                newOffsets[neighbour + 1]++;
            }
            for (int c = 0; c < columns; c++) {
                newOffsets[c + 1] += newOffsets[c];
            }
            int[] next = newOffsets.clone();
            int[] newNeighbours = new int[neighbours.length];
            float[] newWeights = weights == null ? null : new float[neighbours.length];
            for (int r = 0; r < count(); r++) {
                for (int i = offsets[r]; i < offsets[r + 1]; i++) {
                    int at = next[neighbours[i]]++;
                    newNeighbours[at] = r;
                    if (newWeights != null && weights != null) {
                        newWeights[at] = weights[i];
                    }
                }
            }
            return new Rows(newOffsets, newNeighbours, newWeights);
        }

        void gather(float[] input, int inputAt, int inputRows, int width, float[] output, int outputAt) {
            requireLength("input", input, inputAt, inputRows, width);
            requireLength("output", output, outputAt, count(), width);
            Arrays.fill(output, outputAt, outputAt + count() * width, 0f);
            for (int r = 0; r < count(); r++) {
                int to = outputAt + r * width;
                if (weights == null) {
                    gatherRow(r, input, inputAt, width, output, to);
                } else {
                    gatherRow(r, weights, input, inputAt, width, output, to);
                }
            }
        }

        private void gatherRow(int row, float[] input, int inputAt, int width, float[] output, int to) {
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                RowKernels.add(input, inputAt + neighbours[i] * width, output, to, width);
            }
        }

        private void gatherRow(
                int row, float[] factors, float[] input, int inputAt, int width, float[] output, int to) {
            for (int i = offsets[row]; i < offsets[row + 1]; i++) {
                RowKernels.addScaled(factors[i], input, inputAt + neighbours[i] * width, output, to, width);
            }
        }

        private static void requireLength(String what, float[] array, int at, int rows, int width) {
            if (array.length - at < (long) rows * width) {
                throw new IllegalArgumentException("The %s has %d floats, %d rows of %d are needed."
                        .formatted(what, array.length - at, rows, width));
            }
        }
    }
}
