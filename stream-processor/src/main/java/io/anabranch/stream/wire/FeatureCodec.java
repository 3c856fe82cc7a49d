package io.anabranch.stream.wire;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;

/** Rows of features between protobuf and the graph. */
final class FeatureCodec {

    private FeatureCodec() {}

    /** A checked row: see the rules of ingest. */
    static FeatureVector decode(Features features) {
        return switch (features.getRowCase()) {
            case DENSE -> dense(features.getDense());
            case SPARSE -> sparse(features.getSparse());
            case ROW_NOT_SET -> throw new IllegalArgumentException("The features must be dense or sparse.");
        };
    }

    private static FeatureVector dense(DenseFeatures row) {
        float[] values = new float[row.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getValues(i);
        }
        return FeatureVector.compact(values);
    }

    private static FeatureVector sparse(SparseFeatures row) {
        return FeatureVector.sparse(row.getDimension(), indices(row), values(row));
    }

    /** Checked columns, zeros included. */
    static FeaturePatch decodePatch(SparseFeatures columns) {
        return FeaturePatch.of(columns.getDimension(), indices(columns), values(columns));
    }

    private static int[] indices(SparseFeatures row) {
        int[] indices = new int[row.getIndicesCount()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = row.getIndices(i);
        }
        return indices;
    }

    private static float[] values(SparseFeatures row) {
        float[] values = new float[row.getValuesCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getValues(i);
        }
        return values;
    }

    static Features encode(FeatureVector vector) {
        Features.Builder features = Features.newBuilder();
        if (vector.isSparse()) {
            SparseFeatures.Builder row = SparseFeatures.newBuilder().setDimension(vector.dimension());
            for (int i = 0; i < vector.storedCount(); i++) {
                row.addIndices(vector.storedIndex(i)).addValues(vector.storedValue(i));
            }
            return features.setSparse(row).build();
        }
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (int i = 0; i < vector.dimension(); i++) {
            row.addValues(vector.storedValue(i));
        }
        return features.setDense(row).build();
    }
}
