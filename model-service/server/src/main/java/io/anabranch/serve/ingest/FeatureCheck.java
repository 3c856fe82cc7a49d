package io.anabranch.serve.ingest;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.SparseFeatures;

/** What is wrong with a row of features; the first wrong column is enough. */
final class FeatureCheck {

    private FeatureCheck() {}

    static void check(String path, Features features, int dimension, Findings findings) {
        switch (features.getRowCase()) {
            case DENSE -> dense(path + ".dense", features.getDense(), dimension, findings);
            case SPARSE -> sparse(path + ".sparse", features.getSparse(), dimension, findings);
            case ROW_NOT_SET -> findings.add(path, "Must be dense or sparse.");
        }
    }

    /** Columns of a row, one at least. */
    static void columns(String path, SparseFeatures columns, int dimension, Findings findings) {
        if (columns.getIndicesCount() == 0 && columns.getValuesCount() == 0) {
            findings.add(path, "Has no column, but must have one at least.");
        }
        sparse(path, columns, dimension, findings);
    }

    private static void dense(String path, DenseFeatures row, int dimension, Findings findings) {
        if (row.getValuesCount() != dimension) {
            findings.add(path + ".values", "Has %d features, but must have %d.", row.getValuesCount(), dimension);
            return;
        }
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(row.getValues(i))) {
                findings.add("%s.values[%d]".formatted(path, i), "%s is not finite.", row.getValues(i));
                return;
            }
        }
    }

    private static void sparse(String path, SparseFeatures row, int dimension, Findings findings) {
        if (row.getDimension() != dimension) {
            findings.add(
                    path + ".dimension",
                    "Is %d, but must be %d.",
                    Integer.toUnsignedLong(row.getDimension()),
                    dimension);
            return;
        }
        if (row.getIndicesCount() != row.getValuesCount()) {
            findings.add(
                    path + ".values",
                    "Has %d entries, but there are %d indices.",
                    row.getValuesCount(),
                    row.getIndicesCount());
            return;
        }
        long before = -1;
        for (int i = 0; i < row.getIndicesCount(); i++) {
            long index = Integer.toUnsignedLong(row.getIndices(i));
            if (index <= before || index >= dimension) {
                findings.add(
                        "%s.indices[%d]".formatted(path, i),
                        "%d must be greater than %d and less than %d.",
                        index,
                        before,
                        dimension);
                return;
            }
            if (!Float.isFinite(row.getValues(i))) {
                findings.add("%s.values[%d]".formatted(path, i), "%s is not finite.", row.getValues(i));
                return;
            }
            before = index;
        }
    }
}
