package io.anabranch.stream.ingest;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.SparseFeatures;
import org.jspecify.annotations.Nullable;

/** Rules for a row of features. */
final class FeatureRules {

    private FeatureRules() {}

    /** Null: fine. */
    static @Nullable Problem check(Features features, int dimension) {
        return switch (features.getRowCase()) {
            case DENSE -> dense(features.getDense(), dimension);
            case SPARSE -> sparse(features.getSparse(), dimension);
            case ROW_NOT_SET ->
                Problem.of(RejectionReason.FEATURES_MALFORMED, "The features are neither dense nor sparse.");
        };
    }

    /** Null: fine. Columns of a row, one at least. */
    static @Nullable Problem columns(SparseFeatures columns, int dimension) {
        Problem problem = sparse(columns, dimension);
        return problem == null && columns.getIndicesCount() == 0
                ? Problem.of(RejectionReason.FEATURES_MALFORMED, "The patch has no column.")
                : problem;
    }

    private static @Nullable Problem dense(DenseFeatures row, int dimension) {
        if (row.getValuesCount() != dimension) {
            return wrongLength(row.getValuesCount(), dimension);
        }
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(row.getValues(i))) {
                return notFinite(i, row.getValues(i));
            }
        }
        return null;
    }

    private static @Nullable Problem sparse(SparseFeatures row, int dimension) {
        if (row.getDimension() != dimension) {
            return wrongLength(Integer.toUnsignedLong(row.getDimension()), dimension);
        }
        if (row.getIndicesCount() != row.getValuesCount()) {
            return Problem.of(
                    RejectionReason.FEATURES_MALFORMED,
                    "The sparse features have %d indices but %d values.",
                    row.getIndicesCount(),
                    row.getValuesCount());
        }
        long previous = -1;
        for (int i = 0; i < row.getIndicesCount(); i++) {
            long index = Integer.toUnsignedLong(row.getIndices(i));
            if (index <= previous || index >= dimension) {
                return Problem.of(
                        RejectionReason.FEATURES_MALFORMED,
                        "The sparse index %d at place %d must be greater than the one before (%d) and below %d.",
                        index,
                        i,
                        previous,
                        dimension);
            }
            previous = index;
            if (!Float.isFinite(row.getValues(i))) {
                return notFinite(index, row.getValues(i));
            }
        }
        return null;
    }

    private static Problem wrongLength(long length, int dimension) {
        return Problem.of(
                RejectionReason.FEATURES_WRONG_LENGTH,
                "The row has %d features; this graph has %d (anabranch.features.dimension).",
                length,
                dimension);
    }

    private static Problem notFinite(long index, float value) {
        return Problem.of(
                RejectionReason.FEATURES_NOT_FINITE, "The feature %d is %s; it must be finite.", index, value);
    }
}
