package io.anabranch.graph.hag.pass;

import io.anabranch.graph.hag.HagCost;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.search.HagSearch;
import io.anabranch.graph.hag.search.SharedSums;
import org.jspecify.annotations.Nullable;

/** Compressed sparse rows of a {@link DirectPlan}, in one direction. */
final class DirectRows {

    private static final int[] NO_NODES = {};

    private final int[] offsets;
    private final int[] neighbours;
    private final float @Nullable [] weights;

    DirectRows(int[] offsets, int[] neighbours, float @Nullable [] weights) {
        this.offsets = offsets;
        this.neighbours = neighbours;
        this.weights = weights;
    }

    int count() {
        return offsets.length - 1;
    }

    int edges() {
        return neighbours.length;
    }

    boolean weighted() {
        return weights != null;
    }

    HagCost cost(HagOptions.Mode mode) {
        return HagCost.direct(offsets, mode);
    }

    SharedSums search(int sources, HagOptions options) {
        return HagSearch.search(sources, offsets, neighbours, options);
    }

    /** @param given the weights as they were given */
    void check(int sources, float @Nullable [] given) {
        if (offsets.length == 0 || offsets[0] != 0 || offsets[count()] != neighbours.length) {
            throw new IllegalArgumentException("The %d offsets must run from 0 to the number of edges (%d)."
                    .formatted(offsets.length, neighbours.length));
        }
        for (int r = 0; r < count(); r++) {
            if (offsets[r] > offsets[r + 1]) {
                throw new IllegalArgumentException("The offset (%d) of row %d must not be below the one before (%d)."
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

    DirectRows transpose(int columns) {
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
        return new DirectRows(newOffsets, newNeighbours, newWeights);
    }

    /** Sums on several threads, a range of rows at a time. */
    void sum(RowPass pass, int threads) {
        int[] bounds = Pieces.bounds(offsets, 0, count(), Pieces.size((long) edges() + count(), threads));
        Pieces.run(
                threads,
                bounds.length - 1,
                () -> weights == null ? adding(pass, bounds) : adding(pass, bounds, weights));
    }

    /** Maxima on several threads, a range of rows at a time. */
    void max(MaxPass pass, int threads) {
        int[] bounds = Pieces.bounds(offsets, 0, count(), Pieces.size((long) edges() + count(), threads));
        Pieces.run(threads, bounds.length - 1, () -> {
            RowMaxima maxima = new RowMaxima(pass.in, pass.width, pass.in, weights);
            return piece -> {
                for (int r = bounds[piece]; r < bounds[piece + 1]; r++) {
                    int end = offsets[r + 1];
                    int at = r * pass.width;
                    maxima.max(neighbours, offsets[r], end, end, pass.own(r), pass.out, at);
                    if (pass.holders != null) {
                        maxima.holders(
                                neighbours,
                                offsets[r],
                                end,
                                end,
                                pass.own(r),
                                pass.out,
                                at,
                                NO_NODES,
                                pass.holders,
                                at);
                    }
                }
            };
        });
    }

    private Pieces.Worker adding(RowPass pass, int[] bounds) {
        RowSums sums = new RowSums(pass.in, pass.inAt, pass.width, pass.in);
        return piece -> {
            for (int r = bounds[piece]; r < bounds[piece + 1]; r++) {
                sums.startFrom(pass.start(r), pass.startAt(r));
                int end = offsets[r + 1];
                sums.sum(neighbours, offsets[r], end, end, pass.out, pass.outAt(r));
            }
        };
    }

    private Pieces.Worker adding(RowPass pass, int[] bounds, float[] factors) {
        WeightedRowSums sums = new WeightedRowSums(pass.in, pass.inAt, pass.width, neighbours, factors);
        return piece -> {
            for (int r = bounds[piece]; r < bounds[piece + 1]; r++) {
                sums.startFrom(pass.start(r), pass.startAt(r));
                sums.sum(offsets[r], offsets[r + 1], pass.out, pass.outAt(r));
            }
        };
    }
}
