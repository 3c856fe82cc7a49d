package io.anabranch.learn.gnn;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.SparsePattern;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/**
 * From the features of the events to h_0. Immutable. Standardising makes sparse rows dense: 4 bytes × vertices ×
 * dimension.
 */
public final class FeatureEncoder {

    private static final float[] NONE = new float[0];

    private final FeatureEncoding encoding;
    private final float[] mean;
    private final float[] scale;

    private FeatureEncoder(FeatureEncoding encoding, float[] mean, float[] scale) {
        this.encoding = encoding;
        this.mean = mean;
        this.scale = scale;
    }

    /** Takes from the rows what the encoding must know of them: for standardising, mean and 1 / deviation. */
    public static FeatureEncoder fitted(FeatureEncoding encoding, FeatureRows rows) {
        return switch (encoding) {
            case FEATURE_ENCODING_STANDARDIZED -> standardising(rows);
            case FEATURE_ENCODING_IDENTITY, FEATURE_ENCODING_UNSPECIFIED, FEATURE_ENCODING_ROW_NORMALIZED ->
                new FeatureEncoder(encoding, NONE, NONE);
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("The feature encoding (%s) is unknown.".formatted(encoding));
        };
    }

    /** The encoder of a finished model. */
    public static FeatureEncoder of(ModelSpec spec, ModelTensors tensors) {
        return switch (spec.getFeatureEncoding()) {
            case FEATURE_ENCODING_STANDARDIZED ->
                new FeatureEncoder(
                        spec.getFeatureEncoding(),
                        tensors.get(TensorNames.FEATURES_MEAN).values(),
                        tensors.get(TensorNames.FEATURES_SCALE).values());
            case FEATURE_ENCODING_IDENTITY, FEATURE_ENCODING_UNSPECIFIED, FEATURE_ENCODING_ROW_NORMALIZED ->
                new FeatureEncoder(spec.getFeatureEncoding(), NONE, NONE);
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "The feature encoding (%d) is unknown.".formatted(spec.getFeatureEncodingValue()));
        };
    }

    /** What the model must carry for this encoding; often nothing. */
    public List<WeightTensor> tensors() {
        if (encoding != FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
            return List.of();
        }
        return List.of(
                WeightTensor.vector(TensorNames.FEATURES_MEAN, mean),
                WeightTensor.vector(TensorNames.FEATURES_SCALE, scale));
    }

    public FeatureRows encode(FeatureRows rows) {
        return switch (encoding) {
            case FEATURE_ENCODING_STANDARDIZED -> standardised(dense(rows));
            case FEATURE_ENCODING_ROW_NORMALIZED -> rowNormalised(rows);
            case FEATURE_ENCODING_IDENTITY, FEATURE_ENCODING_UNSPECIFIED, UNRECOGNIZED -> rows;
        };
    }

    private static FeatureEncoder standardising(FeatureRows rows) {
        FeatureRows.Dense dense = dense(rows);
        int dimension = dense.dimension();
        double[] sum = new double[dimension];
        for (int row = 0; row < dense.rows(); row++) {
            for (int j = 0; j < dimension; j++) {
                sum[j] += dense.value(row, j);
            }
        }
        float[] mean = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            mean[j] = (float) (sum[j] / Math.max(1, dense.rows()));
        }
        double[] squares = new double[dimension];
        for (int row = 0; row < dense.rows(); row++) {
            for (int j = 0; j < dimension; j++) {
                double difference = (double) dense.value(row, j) - mean[j];
                squares[j] += difference * difference;
            }
        }
        float[] scale = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            double deviation = Math.sqrt(squares[j] / Math.max(1, dense.rows()));
            // A column that never varied has taught nothing; later values in it must not blow up either.
            boolean constant = deviation <= 1e-6 * Math.max(1e-6, Math.abs(mean[j]));
            scale[j] = constant ? 0 : (float) (1 / deviation);
        }
        return new FeatureEncoder(FeatureEncoding.FEATURE_ENCODING_STANDARDIZED, mean, scale);
    }

    private FeatureRows standardised(FeatureRows.Dense rows) {
        int dimension = rows.dimension();
        float[] encoded = new float[rows.values().length];
        for (int i = 0; i < encoded.length; i++) {
            int column = i % dimension;
            encoded[i] = (rows.values()[i] - mean[column]) * scale[column];
        }
        return new FeatureRows.Dense(rows.rows(), dimension, encoded);
    }

    private static FeatureRows rowNormalised(FeatureRows rows) {
        return switch (rows) {
            case FeatureRows.Sparse sparse -> rowNormalised(sparse.matrix());
            case FeatureRows.Dense dense -> rowNormalised(dense);
        };
    }

    private static FeatureRows rowNormalised(SparseMatrix matrix) {
        SparsePattern pattern = matrix.pattern();
        float[] values = new float[pattern.entries()];
        for (int row = 0; row < matrix.rows(); row++) {
            float sum = 0;
            for (int e = pattern.start(row); e < pattern.start(row + 1); e++) {
                sum += Math.abs(matrix.value(e));
            }
            for (int e = pattern.start(row); e < pattern.start(row + 1); e++) {
                values[e] = sum == 0 ? 0 : matrix.value(e) / sum;
            }
        }
        return new FeatureRows.Sparse(new SparseMatrix(pattern, values));
    }

    private static FeatureRows rowNormalised(FeatureRows.Dense rows) {
        int dimension = rows.dimension();
        float[] values = new float[rows.values().length];
        for (int row = 0; row < rows.rows(); row++) {
            float sum = 0;
            for (int j = 0; j < dimension; j++) {
                sum += Math.abs(rows.value(row, j));
            }
            for (int j = 0; j < dimension; j++) {
                values[row * dimension + j] = sum == 0 ? 0 : rows.value(row, j) / sum;
            }
        }
        return new FeatureRows.Dense(rows.rows(), dimension, values);
    }

    private static FeatureRows.Dense dense(FeatureRows rows) {
        return switch (rows) {
            case FeatureRows.Sparse sparse -> sparse.dense();
            case FeatureRows.Dense dense -> dense;
        };
    }
}
