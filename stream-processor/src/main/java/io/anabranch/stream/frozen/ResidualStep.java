package io.anabranch.stream.frozen;

/** {@code h_l = h_{l-1} + y_l} */
public final class ResidualStep implements DepthStep {
    private final int stride;

    ResidualStep(int width) {
        stride = Rows.stride(width);
    }

    @Override
    public boolean hasHidden() {
        return false;
    }

    @Override
    public void apply(float[] y, int ys, DepthTile tile, int rows) {
        for (int i = 0; i < rows; i++) {
            Rows.add(y, i * ys, tile.h, i * stride, stride);
        }
    }
}
