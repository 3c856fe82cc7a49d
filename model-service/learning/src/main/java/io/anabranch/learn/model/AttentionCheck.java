package io.anabranch.learn.model;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.HeadCombination;
import io.anabranch.model.v1.Layer;

/** Judges what a layer's spec says about attention, which only GAT has. */
final class AttentionCheck {

    private AttentionCheck() {}

    /** The output width must have been checked. */
    static void requireValid(Layer layer, int number) {
        if (layer.getHeadCombination() == HeadCombination.UNRECOGNIZED) {
            throw new InvalidModelException("The head combination (%d) of layer (%d) is unknown."
                    .formatted(layer.getHeadCombinationValue(), number));
        }
        if (layer.getConvolution() != Convolution.CONVOLUTION_GAT) {
            if (layer.getHeads() != 0
                    || layer.getHeadCombination() != HeadCombination.HEAD_COMBINATION_UNSPECIFIED
                    || layer.hasNegativeSlope()) {
                throw new InvalidModelException(
                        "The layer (%d) is %s and cannot have heads, a head combination or a negative slope; only CONVOLUTION_GAT has them."
                                .formatted(number, layer.getConvolution()));
            }
            return;
        }
        int heads = AttentionHeads.count(layer);
        boolean averaged = AttentionHeads.averaged(layer);
        if (heads < 0 || (averaged && heads > Integer.MAX_VALUE / layer.getOutputWidth())) {
            throw new InvalidModelException("The layer (%d) has (%s) heads of width (%d); together at most %d."
                    .formatted(number, Integer.toUnsignedString(heads), layer.getOutputWidth(), Integer.MAX_VALUE));
        }
        if (!averaged && layer.getOutputWidth() % heads != 0) {
            throw new InvalidModelException("The (%d) heads of layer (%d) must divide its output width (%d)."
                    .formatted(heads, number, layer.getOutputWidth()));
        }
        float slope = layer.getNegativeSlope();
        if (!(slope >= 0 && slope <= 1)) {
            throw new InvalidModelException(
                    "The negative slope (%s) of layer (%d) must be from 0 to 1.".formatted(slope, number));
        }
    }
}
