package io.anabranch.stream.frozen;

import java.util.Arrays;

/**
 * A forward pass over a whole graph with the kernels of frozen layers, vertex by vertex and edge by edge in the order given: what the
 * engine's values must equal, those of extrema to the bit.
 */
public final class BulkForward {
    private final FrozenLayer layer;
    private final InEdges edges;
    private final float[] values;
    private final int valueStride;

    private BulkForward(FrozenLayer layer, InEdges edges, float[] values, int valueStride) {
        this.layer = layer;
        this.edges = edges;
        this.values = values;
        this.valueStride = valueStride;
    }

    /**
     * The embeddings of all vertices, row-major [vertices, {@link FrozenModel#embeddingWidth()}].
     *
     * @param features row-major [vertices, {@link FrozenModel#featureDimension()}], not yet encoded
     */
    public static float[] embeddings(FrozenModel model, InEdges edges, float[] features) {
        int vertices = edges.vertices();
        int width = model.featureDimension();
        float[] values = features.clone();
        for (int v = 0; v < vertices; v++) {
            model.encoding().encode(values, v * width, width);
        }
        var depth = new BulkDepth(model, vertices);
        values = depth.level(0, values, width);
        for (int l = 1; l <= model.layers(); l++) {
            float[] output = new BulkForward(model.layer(l), edges, values, depth.stride()).output();
            values = depth.level(l, output, model.layer(l).outputStride());
        }
        return unpad(depth.embeddings(), vertices, depth.embeddingStride(), model.embeddingWidth());
    }

    private float[] output() {
        return switch (layer.aggregation()) {
            case SUM, MEAN -> layer.relational() ? aggregateFirst() : transformFirst();
            case GCN -> transformFirst();
            case MAX, MIN -> aggregateFirst();
            case ATTENTION -> attention();
        };
    }

    private float[] transformFirst() {
        int stride = layer.outputStride();
        float[] messages = new float[edges.vertices() * stride];
        for (int v = 0; v < edges.vertices(); v++) {
            layer.message(values, v * valueStride, layer.sourceFactor(edges.inDegree(v)), messages, v * stride);
        }
        float[] out = new float[messages.length];
        float[] sum = new float[stride];
        float[] own = new float[stride];
        for (int v = 0; v < edges.vertices(); v++) {
            Arrays.fill(sum, 0f);
            for (int e = edges.start()[v]; e < edges.start()[v + 1]; e++) {
                Rows.axpy(edges.weight()[e], messages, edges.source()[e] * stride, sum, 0, stride);
            }
            layer.own(values, v * valueStride, own, 0);
            layer.combine(sum, 0, own, 0, messages, v * stride, edges.inDegree(v), edges.inDegree(v), out, v * stride);
        }
        return out;
    }

    private float[] aggregateFirst() {
        int stride = layer.outputStride();
        float[] out = new float[edges.vertices() * stride];
        float[] aggregate = new float[layer.messageWidth()];
        float[] scratch = new float[stride];
        var messages = messages();
        for (int v = 0; v < edges.vertices(); v++) {
            layer.own(values, v * valueStride, out, v * stride);
            for (int r = 0; r < layer.relations(); r++) {
                int count = aggregate(v, r, messages, aggregate);
                if (count > 0) {
                    float factor = layer.aggregation() == Aggregation.MEAN ? 1f / count : 1f;
                    layer.addNeighbor(r, factor, aggregate, 0, scratch, out, v * stride);
                }
            }
            layer.activate(out, v * stride);
        }
        return out;
    }

    /** By vertex, what is aggregated of it. */
    private float[][] messages() {
        float[][] messages = new float[edges.vertices()][];
        for (int v = 0; v < messages.length; v++) {
            float[] row = Arrays.copyOfRange(values, v * valueStride, v * valueStride + layer.inputWidth());
            if (layer.pool() != null) {
                messages[v] = new float[layer.messageStride()];
                layer.pool(row, messages[v]);
            } else {
                messages[v] = row;
            }
        }
        return messages;
    }

    private int aggregate(int v, int relation, float[][] messages, float[] aggregate) {
        int count = 0;
        Arrays.fill(aggregate, 0f);
        for (int e = edges.start()[v]; e < edges.start()[v + 1]; e++) {
            if (layer.relationOf(edges.type()[e]) == relation) {
                for (int i = 0; i < aggregate.length; i++) {
                    float x = edges.weight()[e] * messages[edges.source()[e]][i];
                    aggregate[i] = switch (layer.aggregation()) {
                        case MAX -> count == 0 ? x : Math.max(aggregate[i], x);
                        case MIN -> count == 0 ? x : Math.min(aggregate[i], x);
                        case SUM, MEAN, GCN, ATTENTION -> aggregate[i] + x;
                    };
                }
                count++;
            }
        }
        return count;
    }

    private float[] attention() {
        var attention = layer.attention();
        int row = attention.rowStride();
        int heads = attention.heads();
        float[] z = new float[edges.vertices() * row];
        float[] source = new float[edges.vertices() * heads];
        float[] target = new float[edges.vertices() * heads];
        for (int v = 0; v < edges.vertices(); v++) {
            attention.project(values, v * valueStride, z, v * row);
            attention.sourceScores(z, v * row, source, v * heads);
            attention.targetScores(z, v * row, target, v * heads);
        }
        float[] out = new float[edges.vertices() * layer.outputStride()];
        float[] outputs = new float[row];
        for (int v = 0; v < edges.vertices(); v++) {
            for (int k = 0; k < heads; k++) {
                int head = k * attention.headStride();
                int length = attention.headStride();
                float t = target[v * heads + k];
                double own = attention.logit(source[v * heads + k], t);
                double greatest = own;
                for (int e = edges.start()[v]; e < edges.start()[v + 1]; e++) {
                    if (edges.weight()[e] > 0) {
                        greatest = Math.max(greatest, attention.logit(source[edges.source()[e] * heads + k], t));
                    }
                }
                float share = (float) Math.exp(own - greatest);
                double sum = share;
                Arrays.fill(outputs, head, head + length, 0f);
                Rows.axpy(share, z, v * row + head, outputs, head, length);
                for (int e = edges.start()[v]; e < edges.start()[v + 1]; e++) {
                    int u = edges.source()[e];
                    if (edges.weight()[e] > 0) {
                        double logit = attention.logit(source[u * heads + k], t);
                        share = (float) (edges.weight()[e] * Math.exp(logit - greatest));
                        sum += share;
                        Rows.axpy(share, z, u * row + head, outputs, head, length);
                    }
                }
                Rows.scale((float) (1 / sum), outputs, head, length);
            }
            layer.unite(outputs, 0, out, v * layer.outputStride());
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
