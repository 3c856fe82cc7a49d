package io.anabranch.stream.frozen;

import java.util.Arrays;

/** A forward pass over a whole graph with the kernels of frozen layers, vertex by vertex, for sums that are known by hand. */
final class BulkForward {
    private BulkForward() {}

    /**
     * The embeddings of all vertices, row-major [vertices, {@link FrozenModel#embeddingWidth()}].
     *
     * @param inStart [vertices + 1]: in-edges of v are {@code inStart[v] .. inStart[v + 1] - 1}
     * @param inSource [edges]: ordinals of the sources
     * @param inWeight [edges]
     * @param features row-major [vertices, {@link FrozenModel#featureDimension()}], not yet encoded
     */
    static float[] embeddings(FrozenModel model, int[] inStart, int[] inSource, float[] inWeight, float[] features) {
        int vertices = inStart.length - 1;
        int width = model.featureDimension();
        float[] values = features.clone();
        for (int v = 0; v < vertices; v++) {
            model.encoding().encode(values, v * width, width);
        }
        int stride = width;
        for (int l = 1; l <= model.layers(); l++) {
            values = layer(model.layer(l), values, stride, inStart, inSource, inWeight);
            stride = model.layer(l).outputStride();
        }
        return unpad(values, vertices, stride, model.embeddingWidth());
    }

    private static float[] layer(
            FrozenLayer layer, float[] values, int valueStride, int[] inStart, int[] inSource, float[] inWeight) {
        int vertices = inStart.length - 1;
        int stride = layer.outputStride();
        float[] messages = new float[vertices * stride];
        for (int v = 0; v < vertices; v++) {
            float factor = layer.sourceFactor(inStart[v + 1] - inStart[v]);
            layer.message(values, v * valueStride, factor, messages, v * stride);
        }
        float[] out = new float[vertices * stride];
        float[] sum = new float[stride];
        float[] own = new float[stride];
        for (int v = 0; v < vertices; v++) {
            Arrays.fill(sum, 0f);
            for (int e = inStart[v]; e < inStart[v + 1]; e++) {
                Rows.axpy(inWeight[e], messages, inSource[e] * stride, sum, 0, stride);
            }
            layer.own(values, v * valueStride, own, 0);
            int inDegree = inStart[v + 1] - inStart[v];
            layer.combine(sum, 0, own, 0, messages, v * stride, inDegree, inDegree, out, v * stride);
        }
        return out;
    }

    private static float[] unpad(float[] rows, int count, int stride, int width) {
        float[] packed = new float[count * width];
        for (int v = 0; v < count; v++) {
            System.arraycopy(rows, v * stride, packed, v * width, width);
        }
        return packed;
    }
}
