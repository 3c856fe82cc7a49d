package io.anabranch.stream.frozen;

import org.jspecify.annotations.Nullable;

/** Turns the features of a vertex into {@code h_0}, the same way as in training. Immutable. */
public final class FeatureEncoding {
    /** The kinds of encoding. */
    public enum Kind {
        IDENTITY,
        /** Each row divided by the sum of its absolute values; a zero row stays zero. */
        ROW_NORMALIZED,
        /** {@code (x - mean) * scale}, column by column. */
        STANDARDIZED
    }

    private final Kind kind;
    private final float @Nullable [] mean;
    private final float @Nullable [] scale;

    FeatureEncoding(Kind kind, float @Nullable [] mean, float @Nullable [] scale) {
        this.kind = kind;
        this.mean = mean;
        this.scale = scale;
    }

    public Kind kind() {
        return kind;
    }

    /** Encodes {@code width} numbers in place. A vertex without features comes in as zeros. */
    public void encode(float[] row, int offset, int width) {
        switch (kind) {
            case IDENTITY -> {}
            case ROW_NORMALIZED -> normalize(row, offset, width);
            case STANDARDIZED -> {
                if (mean == null || scale == null) {
                    throw new IllegalStateException("The standardized encoding has no mean and scale.");
                }
                for (int i = 0; i < width; i++) {
                    row[offset + i] = (row[offset + i] - mean[i]) * scale[i];
                }
            }
        }
    }

    private static void normalize(float[] row, int offset, int width) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += Math.abs(row[offset + i]);
        }
        if (sum == 0) {
            return;
        }
        for (int i = 0; i < width; i++) {
            row[offset + i] = (float) (row[offset + i] / sum);
        }
    }
}
