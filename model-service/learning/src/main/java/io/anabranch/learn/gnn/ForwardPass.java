package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.history.GraphHistories;
import io.anabranch.learn.history.HistoryInput;
import io.anabranch.learn.history.HistoryRows;
import io.anabranch.learn.model.ModelTensors;
import io.anabranch.learn.model.TensorNames;
import io.anabranch.learn.model.WeightTensor;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.TensorScope;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.ModelSpec;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings of all vertices from finished weights: {@link GnnEncoder} without training. Float32; time (features + edges) × width per layer;
 * memory, off-heap and until it returns, some rows of 4 bytes × width for each vertex and layer.
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

    /**
     * The embeddings of all vertices from their features as the events gave them.
     *
     * @throws IllegalArgumentException if the features are not as the model's, or it reads histories
     */
    public Embeddings embeddings(MessageGraph graph, FeatureRows raw) {
        return embeddingsOfEncoded(graph, encoded(raw));
    }

    /** The same with what the vertices did, which a model without a history does not look at. */
    public Embeddings embeddings(MessageGraph graph, FeatureRows raw, GraphHistories histories) {
        HistoryRows rows = spec.hasHistory() ? HistoryRows.of(histories, spec.getHistory()) : null;
        return embeddingsOfEncoded(graph, encoded(raw), rows);
    }

    private FeatureRows encoded(FeatureRows raw) {
        if (raw.dimension() != spec.getFeatureDimension()) {
            throw new IllegalArgumentException("The features have (%d) values, the model (%s) reads (%d)."
                    .formatted(raw.dimension(), spec.getName(), spec.getFeatureDimension()));
        }
        return FeatureEncoder.of(spec, tensors).encode(raw);
    }

    /** The same from features that went through the model's encoding already. */
    public Embeddings embeddingsOfEncoded(MessageGraph graph, FeatureRows encoded) {
        return embeddingsOfEncoded(graph, encoded, null);
    }

    /**
     * The same with what the vertices did.
     *
     * @param histories null for a model that does not read them
     */
    public Embeddings embeddingsOfEncoded(MessageGraph graph, FeatureRows encoded, @Nullable HistoryRows histories) {
        if (encoded.rows() != graph.vertices()) {
            throw new IllegalArgumentException("There are features of (%d) vertices for a graph of (%d)."
                    .formatted(encoded.rows(), graph.vertices()));
        }
        try (TensorScope scope = TensorScope.open();
                GnnEncoder encoder = GnnEncoder.of(spec, DataType.FLOAT32, tensors)) {
            GraphInput features = GraphInput.of(scope, DataType.FLOAT32, graph, encoded);
            GraphInput input =
                    histories == null ? features : features.with(HistoryInput.of(scope, DataType.FLOAT32, histories));
            Variable embeddings = encoder.embeddings(new Tape(scope), input, new Dropout(0), Pass.inference());
            return new Embeddings(embeddings.columns(), embeddings.value().toFloats());
        }
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
}
