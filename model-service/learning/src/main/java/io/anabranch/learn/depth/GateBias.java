package io.anabranch.learn.depth;

import io.anabranch.model.v1.DepthConnection;

/**
 * Where the biases of cells begin: a new unit hands on u / (1 + u) of its row per layer and so remembers about u layers, with u spread evenly from
 * 1 to one less than all layers. Some units then still know the first rows after the last layer, and others follow their neighbours at once:
 * chrono initialisation (Tallec and Ollivier, ICLR 2018) along depth. One bias for all units forgets the entry in a deep stack, or hardly
 * moves in a shallow one.
 */
public final class GateBias {

    private GateBias() {}

    /**
     * @param layers how many the rows pass
     * @param columns gates times width, as model.proto orders them
     */
    public static float[] initial(DepthConnection connection, int layers, int columns) {
        float[] bias = new float[columns];
        switch (connection) {
            case DEPTH_CONNECTION_GRU -> fill(bias, 3, 0, -1, layers);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> fill(bias, 3, 0, 1, layers);
            case DEPTH_CONNECTION_LSTM -> {
                fill(bias, 4, 0, -1, layers);
                fill(bias, 4, 1, 1, layers);
            }
            case DEPTH_CONNECTION_PLAIN,
                    DEPTH_CONNECTION_RESIDUAL,
                    DEPTH_CONNECTION_MOMENTUM,
                    DEPTH_CONNECTION_UNSPECIFIED,
                    UNRECOGNIZED -> {}
        }
        return bias;
    }

    /** The gate's sigmoid is u / (1 + u) where the sign is +1, 1 / (1 + u) where it is -1. */
    private static void fill(float[] bias, int gates, int gate, int sign, int layers) {
        int width = bias.length / gates;
        for (int i = 0; i < width; i++) {
            double layersKept = 1 + Math.max(0, layers - 2) * (i + 0.5) / width;
            bias[gate * width + i] = (float) (sign * Math.log(layersKept));
        }
    }
}
