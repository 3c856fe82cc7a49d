package io.anabranch.learn.gnn;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Layer;
import io.anabranch.model.v1.ModelSpec;
import java.util.List;

/** Which layers can be learnt here, and evaluated over a snapshot: all but those with relations. */
public final class TrainableLayers {

    /** Without relations. */
    public static final List<Convolution> CONVOLUTIONS = List.of(
            Convolution.CONVOLUTION_GCN,
            Convolution.CONVOLUTION_SAGE_MEAN,
            Convolution.CONVOLUTION_SAGE_SUM,
            Convolution.CONVOLUTION_SAGE_MAX,
            Convolution.CONVOLUTION_SAGE_MIN,
            Convolution.CONVOLUTION_GAT,
            Convolution.CONVOLUTION_GIN,
            Convolution.CONVOLUTION_SAGE_POOL);

    private TrainableLayers() {}

    /** Throws {@link IllegalArgumentException} naming the first layer of another kind, and what is allowed. */
    static void require(ModelSpec spec) {
        for (int i = 0; i < spec.getLayersCount(); i++) {
            Layer layer = spec.getLayers(i);
            if (!CONVOLUTIONS.contains(layer.getConvolution()) || layer.getRelationsCount() > 0) {
                throw new IllegalArgumentException(
                        "The layer (%d) of model (%s) is %s%s, which can be served but not trained; allowed: one of %s without relations."
                                .formatted(
                                        i + 1,
                                        spec.getName(),
                                        layer.getConvolution(),
                                        layer.getRelationsCount() > 0 ? " with relations" : "",
                                        CONVOLUTIONS));
            }
        }
    }
}
