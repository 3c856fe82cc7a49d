package io.anabranch.learn.gnn;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;

/**
 * Embeddings of all vertices from finished weights, without a tape: each layer transforms first (z = h W) and then adds
 * up what the in-edges bring, over the same aggregation plan as training; max and min the other way round. Float32 on the heap; time (features + edges) × width per layer.
 */
public final class ForwardPass {

    private final ModelSpec spec;
    private final ModelTensors tensors;

    private ForwardPass(ModelSpec spec, ModelTensors tensors) {
        TrainableLayers.require(spec);
        this.spec = spec;
        this.tensors = tensors;
    }

    /** The spec and the tensors must fit each other, and all layers be of {@link TrainableLayers}. */
    public static ForwardPass of(ModelSpec spec, ModelTensors tensors) {
        return new ForwardPass(spec, tensors);
    }

    public static ForwardPass of(ModelSnapshot model) {
        return new ForwardPass(model.getSpec(), ModelTensors.of(model));
    }

    /** The embeddings of all vertices from their features as the events gave them. */
    public Embeddings embeddings(MessageGraph graph, FeatureRows raw) {
        if (raw.dimension() != spec.getFeatureDimension()) {
            throw new IllegalArgumentException("The features have (%d) values, the model (%s) reads (%d)."
                    .formatted(raw.dimension(), spec.getName(), spec.getFeatureDimension()));
        }
        return embeddingsOfEncoded(graph, FeatureEncoder.of(spec, tensors).encode(raw));
    }

    /** The same from features that went through the model's encoding already. */
    public Embeddings embeddingsOfEncoded(MessageGraph graph, FeatureRows encoded) {
        if (encoded.rows() != graph.vertices()) {
            throw new IllegalArgumentException("There are features of (%d) vertices for a graph of (%d)."
                    .formatted(encoded.rows(), graph.vertices()));
        }
        FeatureRows.Dense hidden = layer(1, spec.getLayers(0), graph, encoded);
        for (int i = 2; i <= spec.getLayersCount(); i++) {
            hidden = layer(i, spec.getLayers(i - 1), graph, hidden);
        }
        return new Embeddings(hidden.dimension(), hidden.values());
    }

    /** The logits of a head: embedding · weight + bias, or the embedding itself where the head has no tensors. */
    public Embeddings logits(Head head, Embeddings embeddings) {
        WeightTensor weight = tensors.find(TensorNames.headWeight(head.getTask()));
        if (weight == null) {
            return embeddings;
        }
        int width = weight.extent(1);
        float[] bias = tensors.get(TensorNames.headBias(head.getTask())).values();
        float[] out = new float[embeddings.vertices() * width];
        RowKernels.addProduct(
                embeddings.shared(), embeddings.vertices(), embeddings.width(), weight.values(), width, out);
        for (int i = 0; i < out.length; i++) {
            out[i] += bias[i % width];
        }
        return new Embeddings(width, out);
    }

    private FeatureRows.Dense layer(int number, Layer layer, MessageGraph graph, FeatureRows in) {
        int width = layer.getOutputWidth();
        int size = Math.multiplyExact(in.rows(), width);
        float[] out = switch (layer.getConvolution()) {
            case CONVOLUTION_SAGE_MAX, CONVOLUTION_SAGE_MIN -> extrema(number, layer, graph, in);
            default -> {
                float[] messages = new float[size];
                addProduct(in, TensorNames.neighbor(number), width, messages);
                float[] sums = new float[size];
                graph.sum(layer.getConvolution()).apply(messages, width, sums);
                yield sums;
            }
        };
        if (layer.getConvolution() != Convolution.CONVOLUTION_GCN) {
            addProduct(in, TensorNames.self(number), width, out);
        }
        float[] bias = tensors.get(TensorNames.bias(number)).values();
        boolean rectified = layer.getActivation() == Activation.ACTIVATION_RELU;
        for (int v = 0; v < graph.vertices(); v++) {
            for (int j = 0; j < width; j++) {
                float sum = out[v * width + j] + bias[j];
                out[v * width + j] = rectified ? Math.max(0, sum) : sum;
            }
        }
        return new FeatureRows.Dense(graph.vertices(), width, out);
    }

    /** Aggregated first and transformed then, as an extremum does not pass through a matrix. */
    private float[] extrema(int number, Layer layer, MessageGraph graph, FeatureRows in) {
        float[] rows = switch (in) {
            case FeatureRows.Sparse sparse -> sparse.dense().values();
            case FeatureRows.Dense dense -> dense.values().clone();
        };
        float[] received = new float[rows.length];
        graph.maximum(layer.getConvolution()).apply(rows, in.dimension(), received);
        float[] out = new float[in.rows() * layer.getOutputWidth()];
        addProduct(
                new FeatureRows.Dense(in.rows(), in.dimension(), received),
                TensorNames.neighbor(number),
                layer.getOutputWidth(),
                out);
        return out;
    }

    private void addProduct(FeatureRows in, String weightName, int width, float[] out) {
        float[] weight = tensors.get(weightName).values();
        switch (in) {
            case FeatureRows.Sparse sparse -> RowKernels.addProduct(sparse.matrix(), weight, width, out);
            case FeatureRows.Dense dense ->
                RowKernels.addProduct(dense.values(), in.rows(), in.dimension(), weight, width, out);
        }
    }
}
