package io.anabranch.stream.frozen;

import java.util.Arrays;

/** What the vertices of a {@link BulkForward} make of outputs by themselves, one vertex at a time, with the kernels of the level maps. */
final class BulkDepth {
    private final FrozenModel model;
    private final int vertices;
    private final DepthTile tile;
    private float[] visible = {};
    private float[] hidden = {};
    private int stride;
    private float[] sums = {};

    BulkDepth(FrozenModel model, int vertices) {
        this.model = model;
        this.vertices = vertices;
        tile = model.newTile();
    }

    /**
     * The rows h_l of all vertices, [vertices, {@link #stride}].
     *
     * @param outputs rows that begin {@code outputStride} floats apart: those of layer l, or encoded features
     */
    float[] level(int l, float[] outputs, int outputStride) {
        var map = model.level(l);
        if (map == null) {
            visible = outputs;
            stride = outputStride;
        } else {
            make(map, outputs, outputStride);
        }
        var readout = model.readout();
        if (readout != null) {
            readOut(readout, l);
        }
        return visible;
    }

    private void make(LevelMap map, float[] outputs, int outputStride) {
        float[] nextVisible = new float[vertices * map.stride()];
        float[] nextHidden = new float[vertices * map.stride()];
        for (int v = 0; v < vertices; v++) {
            Arrays.fill(tile.y, 0, map.inputStride(), 0f);
            System.arraycopy(outputs, v * outputStride, tile.y, 0, map.inputWidth());
            if (map.readsBelow()) {
                System.arraycopy(visible, v * stride, tile.h, 0, stride);
                System.arraycopy(hidden, v * stride, tile.c, 0, stride);
            }
            map.apply(tile, 1);
            System.arraycopy(tile.h, 0, nextVisible, v * map.stride(), map.stride());
            System.arraycopy(tile.c, 0, nextHidden, v * map.stride(), map.stride());
        }
        visible = nextVisible;
        hidden = nextHidden;
        stride = map.stride();
    }

    private void readOut(AllHops readout, int l) {
        if (l == 0) {
            sums = new float[vertices * readout.stride()];
        }
        for (int v = 0; v < vertices; v++) {
            System.arraycopy(visible, v * stride, tile.y, 0, model.width(l));
            System.arraycopy(sums, v * readout.stride(), tile.h, 0, readout.stride());
            readout.add(l, Rows.stride(model.width(l)), tile, 1);
            System.arraycopy(tile.h, 0, sums, v * readout.stride(), readout.stride());
        }
    }

    /** Floats of a row of the level done last. */
    int stride() {
        return stride;
    }

    float[] embeddings() {
        return model.readout() == null ? visible : sums;
    }

    int embeddingStride() {
        return model.readout() == null ? stride : Rows.stride(model.embeddingWidth());
    }
}
