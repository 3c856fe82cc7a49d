package io.anabranch.learn.depth;

import io.anabranch.model.v1.DepthConnection;

/**
 * Where the biases of cells begin, so that a new deep model hands its rows on instead of forgetting them: a forget gate at 1 (Gers et al. 2000),
 * an update gate that lets little in.
 */
public final class GateBias {

    private GateBias() {}

    /** @param columns gates times width, as model.proto orders them */
    public static float[] initial(DepthConnection connection, int columns) {
        float[] bias = new float[columns];
        switch (connection) {
            case DEPTH_CONNECTION_GRU -> fill(bias, 3, 0, -1);
            case DEPTH_CONNECTION_REVERSIBLE_GATE -> fill(bias, 3, 0, 1);
            case DEPTH_CONNECTION_LSTM -> fill(bias, 4, 1, 1);
            case DEPTH_CONNECTION_PLAIN,
                    DEPTH_CONNECTION_RESIDUAL,
                    DEPTH_CONNECTION_MOMENTUM,
                    DEPTH_CONNECTION_UNSPECIFIED,
                    UNRECOGNIZED -> {}
        }
        return bias;
    }

    private static void fill(float[] bias, int gates, int gate, float value) {
        int width = bias.length / gates;
        for (int i = gate * width; i < (gate + 1) * width; i++) {
            bias[i] = value;
        }
    }
}
