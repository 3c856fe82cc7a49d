package io.anabranch.stream.frozen;

/**
 * Momentum residual network (Sander et al., ICML 2021): {@code c_l = m c_{l-1} + (1 - m) y_l; h_l = h_{l-1} + c_l}. With m = 0 it has the bits
 * of a residual network.
 */
public final class MomentumStep implements DepthStep {
    private final int stride;
    private final float momentum;

    MomentumStep(int width, float momentum) {
        stride = Rows.stride(width);
        this.momentum = momentum;
    }

    /** From 0 to less than 1. */
    public float momentum() {
        return momentum;
    }

    @Override
    public boolean hasHidden() {
        return true;
    }

    @Override
    public void apply(float[] y, int ys, DepthTile tile, int rows) {
        for (int i = 0; i < rows; i++) {
            move(momentum, y, i * ys, tile.h, tile.c, i * stride, stride);
        }
    }

    private static void move(float momentum, float[] y, int yo, float[] h, float[] c, int at, int n) {
        for (int j = 0; j < n; j++) {
            float velocity = Math.fma(momentum, c[at + j], (1 - momentum) * y[yo + j]);
            c[at + j] = velocity;
            h[at + j] += velocity;
        }
    }
}
