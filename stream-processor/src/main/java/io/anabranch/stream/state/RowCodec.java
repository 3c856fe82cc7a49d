package io.anabranch.stream.state;

import io.anabranch.graph.FeatureVector;
import io.anabranch.stream.propagation.LayerValues;

/**
 * Rows of floats: {@code u8 form}, {@code i32 dimension}, then for form 0 (dense) every value as {@code f32}, for form 1
 * (sparse) {@code i32 count}, the indices as {@code i32}, the values as {@code f32}. Bit for bit; only +0 is left out.
 */
final class RowCodec {

    private static final int DENSE = 0;
    private static final int SPARSE = 1;

    private RowCodec() {}

    static void write(ByteSink sink, FeatureVector vector) {
        int count = vector.storedCount();
        sink.u8(vector.isSparse() ? SPARSE : DENSE).i32(vector.dimension());
        if (!vector.isSparse()) {
            sink.floats(vector.toArray());
            return;
        }
        sink.i32(count);
        for (int i = 0; i < count; i++) {
            sink.i32(vector.storedIndex(i));
        }
        for (int i = 0; i < count; i++) {
            sink.f32(vector.storedValue(i));
        }
    }

    static FeatureVector readFeatures(ByteSource source) {
        int form = source.u8();
        int dimension = source.i32();
        if (form == DENSE) {
            return FeatureVector.dense(floats(source, dimension));
        }
        int count = source.i32();
        int[] indices = new int[count];
        for (int i = 0; i < count; i++) {
            indices[i] = source.i32();
        }
        return FeatureVector.sparse(dimension, indices, floats(source, count));
    }

    static void write(ByteSink sink, LayerValues layers, int layer) {
        float[] row = new float[layers.width(layer)];
        layers.copyInto(layer, row, 0);
        int width = row.length;
        int nonZeros = 0;
        for (float value : row) {
            nonZeros += isZero(value) ? 0 : 1;
        }
        boolean sparse = 2 * nonZeros < width;
        sink.u8(sparse ? SPARSE : DENSE).i32(width);
        if (!sparse) {
            sink.floats(row);
            return;
        }
        sink.i32(nonZeros);
        for (int i = 0; i < width; i++) {
            if (!isZero(row[i])) {
                sink.i32(i);
            }
        }
        for (float value : row) {
            if (!isZero(value)) {
                sink.f32(value);
            }
        }
    }

    static float[] readRow(ByteSource source) {
        int form = source.u8();
        int width = source.i32();
        if (form == DENSE) {
            return floats(source, width);
        }
        float[] row = new float[width];
        int[] indices = new int[source.i32()];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = source.i32();
        }
        for (int index : indices) {
            row[index] = source.f32();
        }
        return row;
    }

    private static float[] floats(ByteSource source, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = source.f32();
        }
        return values;
    }

    private static boolean isZero(float value) {
        return Float.floatToRawIntBits(value) == 0;
    }
}
