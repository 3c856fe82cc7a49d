package io.anabranch.learn.gnn;

import io.anabranch.learn.model.ModelTensors;
import io.anabranch.model.v1.FeatureEncoding;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.List;
import java.util.stream.DoubleStream;

/** The formulas of model.proto, word by word, in double precision over a plain list of edges. Slow and obvious. */
public final class NaiveForward {

    /** An in-edge of the graph. */
    public record Edge(int source, int target, double weight) {}

    private NaiveForward() {}

    /** The embeddings of all vertices from raw features. */
    public static double[][] embeddings(ModelSnapshot model, List<Edge> edges, double[][] features) {
        ModelTensors tensors = ModelTensors.of(model);
        return new NaiveDepth(model.getSpec(), tensors, edges).embeddings(encoded(model, tensors, features));
    }

    /** The same with what a cell shows of each vertex's history behind its encoded features. */
    public static double[][] embeddings(ModelSnapshot model, List<Edge> edges, double[][] features, double[][] shown) {
        ModelTensors tensors = ModelTensors.of(model);
        double[][] rows = encoded(model, tensors, features);
        for (int v = 0; v < rows.length; v++) {
            rows[v] = DoubleStream.concat(DoubleStream.of(rows[v]), DoubleStream.of(shown[v]))
                    .toArray();
        }
        return new NaiveDepth(model.getSpec(), tensors, edges).embeddings(rows);
    }

    private static double[][] encoded(ModelSnapshot model, ModelTensors tensors, double[][] features) {
        double[][] out = new double[features.length][];
        FeatureEncoding encoding = model.getSpec().getFeatureEncoding();
        for (int v = 0; v < features.length; v++) {
            out[v] = features[v].clone();
            double sum = 0;
            for (double x : features[v]) {
                sum += Math.abs(x);
            }
            for (int j = 0; j < out[v].length; j++) {
                if (encoding == FeatureEncoding.FEATURE_ENCODING_ROW_NORMALIZED && sum > 0) {
                    out[v][j] /= sum;
                }
                if (encoding == FeatureEncoding.FEATURE_ENCODING_STANDARDIZED) {
                    out[v][j] = (out[v][j] - tensors.get("features.mean").value(j))
                            * tensors.get("features.scale").value(j);
                }
            }
        }
        return out;
    }
}
