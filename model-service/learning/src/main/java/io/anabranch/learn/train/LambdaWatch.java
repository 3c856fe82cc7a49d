package io.anabranch.learn.train;

import io.anabranch.learn.gnn.GnnEncoder;
import io.anabranch.learn.model.Levels;
import io.anabranch.learn.probe.LayerProducts;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * λ_T of a training: the least {@link LayerProducts#lambda} after any of its steps. Of plain stacks of layers with one matrix each; of others the
 * theorem does not speak.
 */
final class LambdaWatch {

    private final boolean applies;
    private final boolean allHops;
    private double least = Double.POSITIVE_INFINITY;

    private LambdaWatch(boolean applies, boolean allHops) {
        this.applies = applies;
        this.allHops = allHops;
    }

    static LambdaWatch of(ModelSpec spec) {
        boolean oneMatrix =
                spec.getLayersList().stream().allMatch(layer -> layer.getConvolution() == Convolution.CONVOLUTION_GCN);
        return new LambdaWatch(Levels.plain(spec) && oneMatrix, Levels.allHops(spec));
    }

    /** Watches nothing. */
    static LambdaWatch none() {
        return new LambdaWatch(false, false);
    }

    void see(GnnEncoder encoder) {
        if (applies) {
            List<double[][]> weights = IntStream.rangeClosed(1, encoder.layers())
                    .mapToObj(layer -> encoder.weights(layer).getFirst().matrix())
                    .toList();
            least = Math.min(least, LayerProducts.lambda(weights, allHops));
        }
    }

    /** Empty where nothing was seen. */
    Map<String, Double> figures() {
        return least == Double.POSITIVE_INFINITY ? Map.of() : Map.of("probe.lambda", least);
    }
}
