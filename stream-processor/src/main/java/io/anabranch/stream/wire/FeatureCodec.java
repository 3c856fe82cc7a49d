package io.anabranch.stream.wire;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.SparseFeatures;
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
        int count = row.getIndicesCount();
        int[] indices = new int[count];
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            indices[i] = row.getIndices(i);
            values[i] = row.getValues(i);
        }
        return FeatureVector.sparse(row.getDimension(), indices, values);
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
