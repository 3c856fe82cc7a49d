package io.anabranch.stream.wire;

import io.anabranch.halo.v1.DenseRow;
import io.anabranch.halo.v1.LayerValue;
import io.anabranch.halo.v1.SparseRow;
import io.anabranch.stream.propagation.LayerValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a VALUE between protobuf and the engine, bit for bit. A row is sent sparse where that is shorter: a value costs
 * 4 bytes dense, and 4 plus up to 3 for its index sparse. Only +0 counts as absent. A layer without a row is left out.
 */
final class LayerCodec {

    private static final int SPARSE_BYTES = 7;

    private LayerCodec() {}

    static List<LayerValue> encode(LayerValues layers) {
        List<LayerValue> encoded = new ArrayList<>(layers.layers());
        for (int layer = 0; layer < layers.layers(); layer++) {
            if (layers.has(layer)) {
                float[] row = new float[layers.width(layer)];
                layers.copyInto(layer, row, 0);
                encoded.add(encode(row));
            } else {
                encoded.add(LayerValue.getDefaultInstance());
            }
        }
        return encoded;
    }

    private static LayerValue encode(float[] row) {
        int nonZeros = 0;
        for (float value : row) {
            nonZeros += Float.floatToRawIntBits(value) == 0 ? 0 : 1;
        }
        if (nonZeros * SPARSE_BYTES < row.length * Float.BYTES) {
            SparseRow.Builder sparse = SparseRow.newBuilder().setDimension(row.length);
            for (int i = 0; i < row.length; i++) {
                if (Float.floatToRawIntBits(row[i]) != 0) {
                    sparse.addIndices(i).addValues(row[i]);
                }
            }
            return LayerValue.newBuilder().setSparse(sparse).build();
        }
        DenseRow.Builder dense = DenseRow.newBuilder();
        for (float value : row) {
            dense.addValues(value);
        }
        return LayerValue.newBuilder().setDense(dense).build();
    }

    static LayerValues decode(List<LayerValue> layers) {
        float[] @Nullable [] rows = new float[layers.size()][];
        for (int layer = 0; layer < rows.length; layer++) {
            rows[layer] = decode(layers.get(layer));
        }
        return LayerValues.owning(rows);
    }

    private static float @Nullable [] decode(LayerValue layer) {
        return switch (layer.getRowCase()) {
            case DENSE -> {
                float[] row = new float[layer.getDense().getValuesCount()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = layer.getDense().getValues(i);
                }
                yield row;
            }
            case SPARSE -> {
                SparseRow sparse = layer.getSparse();
                float[] row = new float[sparse.getDimension()];
                for (int i = 0; i < sparse.getIndicesCount(); i++) {
                    row[sparse.getIndices(i)] = sparse.getValues(i);
                }
                yield row;
            }
            case ROW_NOT_SET -> null;
        };
    }
}
