package io.anabranch.learn.gnn;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.history.HistoryInput;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.SparseMatrix;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import org.jspecify.annotations.Nullable;

/**
 * A graph, its encoded features and maybe its histories, ready to be read by an encoder again and again. Dense features lie in the scope that
 * it was made in.
 */
public final class GraphInput {

    private sealed interface Features {
        record Rows(SparseMatrix matrix) implements Features {}

        record Matrix(Tensor tensor) implements Features {}

        record OnTape(Variable rows) implements Features {}
    }

    private final MessageGraph graph;
    private final Features features;
    private final @Nullable HistoryInput histories;

    private GraphInput(MessageGraph graph, Features features, @Nullable HistoryInput histories) {
        this.graph = graph;
        this.features = features;
        this.histories = histories;
    }

    public static GraphInput of(TensorScope scope, DataType type, MessageGraph graph, FeatureRows encoded) {
        if (encoded.rows() != graph.vertices()) {
            throw new IllegalArgumentException("There are features of (%d) vertices for a graph of (%d)."
                    .formatted(encoded.rows(), graph.vertices()));
        }
        return new GraphInput(
                graph,
                switch (encoded) {
                    case FeatureRows.Sparse sparse -> new Features.Rows(sparse.matrix());
                    case FeatureRows.Dense dense ->
                        new Features.Matrix(Tensor.of(scope, type, dense.rows(), dense.dimension(), dense.values()));
                },
                null);
    }

    /** Features that gradients flow into, [n, dimension]; for the tape that they lie on alone. */
    public static GraphInput of(MessageGraph graph, Variable features) {
        if (features.rows() != graph.vertices()) {
            throw new IllegalArgumentException("There are features of (%d) vertices for a graph of (%d)."
                    .formatted(features.rows(), graph.vertices()));
        }
        return new GraphInput(graph, new Features.OnTape(features), null);
    }

    /** The same with what the vertices did, for a model that reads it. */
    public GraphInput with(HistoryInput read) {
        if (read.sequences().sequences() != graph.vertices()) {
            throw new IllegalArgumentException("There are histories of (%d) vertices for a graph of (%d)."
                    .formatted(read.sequences().sequences(), graph.vertices()));
        }
        return new GraphInput(graph, features, read);
    }

    @Nullable
    HistoryInput histories() {
        return histories;
    }

    MessageGraph graph() {
        return graph;
    }

    LayerInput on(Tape tape) {
        return switch (features) {
            case Features.Rows rows -> new LayerInput.SparseRows(rows.matrix());
            case Features.Matrix matrix -> new LayerInput.DenseRows(tape.constant(matrix.tensor()));
            case Features.OnTape onTape -> new LayerInput.DenseRows(onTape.rows());
        };
    }
}
