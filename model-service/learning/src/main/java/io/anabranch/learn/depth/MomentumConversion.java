package io.anabranch.learn.depth;

import io.anabranch.learn.model.InvalidModelException;
import io.anabranch.model.v1.DepthConnection;
import io.anabranch.model.v1.HiddenStart;
import io.anabranch.model.v1.ModelSpec;
import io.anabranch.model.v1.Stage;

/**
 * A residual model as a momentum network of the same weights (Sander et al., ICML 2021, section 5): a layer's output is the increment in both. With
 * momentum 0 the model is the same; above, it is to be tuned further, which needs no stored activations.
 */
public final class MomentumConversion {

    private MomentumConversion() {}

    /**
     * The spec whose tensors are those of the residual one.
     *
     * @param momentum from 0 to less than 1
     * @throws InvalidModelException if the spec is not residual or the momentum not allowed
     */
    public static ModelSpec of(ModelSpec residual, double momentum) {
        if (residual.getDepthConnection() != DepthConnection.DEPTH_CONNECTION_RESIDUAL) {
            throw new InvalidModelException("The model (%s) is %s; only %s becomes a momentum network with its weights."
                    .formatted(
                            residual.getName(),
                            residual.getDepthConnection(),
                            DepthConnection.DEPTH_CONNECTION_RESIDUAL));
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new InvalidModelException("The momentum (%s) must be from 0 to less than 1.".formatted(momentum));
        }
        ModelSpec.Builder spec = residual.toBuilder().setDepthConnection(DepthConnection.DEPTH_CONNECTION_MOMENTUM);
        for (Stage.Builder stage : spec.getStagesBuilderList()) {
            stage.setMomentum((float) momentum).setHiddenStart(HiddenStart.HIDDEN_START_ZERO);
        }
        return spec.build();
    }
}
