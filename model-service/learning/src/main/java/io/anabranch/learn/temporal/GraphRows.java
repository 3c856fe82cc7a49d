package io.anabranch.learn.temporal;

import io.anabranch.learn.autodiff.Tape;
import io.anabranch.learn.autodiff.Variable;
import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.gnn.GraphInput;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.nn.Dropout;
import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.nn.Parametric;
import io.anabranch.learn.nn.Pass;
import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.model.v1.Activation;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Readout;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A graph encoder over the past: layer 0 reads what every vertex remembers beside its features, and messages go both ways along every pair that
 * had an event. Rows are made twice a window, at its first event and at its middle, from what was before. At the middle, what vertices remember
 * is what the cell made of the window's first half, so gradients flow through the graph into the cell.
 *
 * <p>Shapes: [vertices, out] of memory and [vertices, f] of features to [2 · vertices, width]; [vertices, width] where the window is all of one
 * time and has no middle.
 */
final class GraphRows implements Parametric {

    private final GnnEncoder encoder;
    private final PairHistory pairs;
    private final VertexFeatures features;
    private final Dropout dropout;

    private GraphRows(GnnEncoder encoder, PairHistory pairs, VertexFeatures features, Dropout dropout) {
        this.encoder = encoder;
        this.pairs = pairs;
        this.features = features;
        this.dropout = dropout;
    }

    static GraphRows create(
            GraphOptions options,
            DataType type,
            int remembered,
            PairHistory pairs,
            VertexFeatures features,
            Dropout dropout,
            RandomGenerator random) {
        int in = remembered + features.width();
        ModelSpec.Builder spec = ModelSpec.newBuilder()
                .setName("graph")
                .setFeatureDimension(in)
                .setDepthConnection(DepthConnection.DEPTH_CONNECTION_PLAIN)
                .setReadout(Readout.READOUT_LAST);
        for (int i = 0; i < options.layers(); i++) {
            boolean last = i + 1 == options.layers();
            spec.addLayers(Layer.newBuilder()
                    .setConvolution(options.convolution())
                    .setInputWidth(i == 0 ? in : options.width())
                    .setOutputWidth(options.width())
                    .setInnerWidth(options.width())
                    .setHeads(1)
                    .setActivation(last ? Activation.ACTIVATION_IDENTITY : Activation.ACTIVATION_RELU));
        }
        return new GraphRows(GnnEncoder.initialised(spec.build(), type, random), pairs, features, dropout);
    }

    /** The row of a vertex for a candidate at the time of an event. */
    int row(EventWindow window, int event, int vertex) {
        return event >= window.middle() ? features.vertices() + vertex : vertex;
    }

    /**
     * The rows of a window.
     *
     * @param before what every vertex remembered before the window, [vertices, out]; no columns without a cell
     * @param outputs what the cell showed after each step of the window, [total, out]; likewise
     */
    Variable rows(Tape tape, EventWindow window, Variable before, Variable outputs, Pass pass) {
        Variable first = encoded(tape, window.timeAt(window.from()), before, pass);
        if (window.middle() == window.to()) {
            return first;
        }
        double time = window.timeAt(window.middle());
        int[] rows = new int[features.vertices()];
        for (int v = 0; v < rows.length; v++) {
            int row = window.rowBefore(v, time);
            rows[v] = row < 0 ? v : features.vertices() + row;
        }
        Variable middle =
                outputs.columns() == 0 ? before : before.concatRows(outputs).gatherRows(rows);
        return first.concatRows(encoded(tape, time, middle, pass));
    }

    @Override
    public List<Parameter> parameters() {
        return encoder.parameters();
    }

    private Variable encoded(Tape tape, double time, Variable remembered, Pass pass) {
        int vertices = features.vertices();
        float[] values = new float[vertices * features.width()];
        for (int v = 0; v < vertices; v++) {
            features.write(v, values, v * features.width());
        }
        Variable x = tape.constant(Tensor.of(tape.scope(), vertices, features.width(), values));
        Variable input = remembered.columns() == 0 ? x : remembered.concatColumns(x);
        return encoder.embeddings(tape, GraphInput.of(before(time), input), dropout, pass);
    }

    /** An edge each way for every pair with an event before the time. */
    private MessageGraph before(double time) {
        int seen = pairs.seenBefore(time);
        int[] sources = new int[2 * seen];
        int[] targets = new int[2 * seen];
        float[] weights = new float[2 * seen];
        Arrays.fill(weights, 1);
        for (int pair = 0; pair < seen; pair++) {
            sources[pair] = pairs.source(pair);
            targets[pair] = pairs.target(pair);
            sources[seen + pair] = pairs.target(pair);
            targets[seen + pair] = pairs.source(pair);
        }
        return MessageGraph.ofEdges(features.vertices(), sources, targets, weights);
    }
}
