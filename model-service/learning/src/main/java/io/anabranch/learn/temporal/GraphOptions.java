package io.anabranch.learn.temporal;

import io.anabranch.learn.gnn.TrainableLayers;
import io.anabranch.model.v1.Convolution;

/**
 * The graph encoder that reads what vertices remember.
 *
 * @param convolution one of {@link TrainableLayers#CONVOLUTIONS}
 * @param layers hops
 * @param width of every layer and of the rows
 */
public record GraphOptions(Convolution convolution, int layers, int width) {

    public GraphOptions {
        if (!TrainableLayers.CONVOLUTIONS.contains(convolution)) {
            throw new IllegalArgumentException(
                    "The convolution (%s) must be one of %s.".formatted(convolution, TrainableLayers.CONVOLUTIONS));
        }
        if (layers < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "The numbers of layers (%d) and of columns (%d) must be positive.".formatted(layers, width));
        }
    }
}
