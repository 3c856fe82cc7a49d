package io.anabranch.stream.frozen;

/**
 * Gated recurrent unit along depth (Huang and Carley 2019), {@code h_l = GRU(y_l, h_{l-1})}:
 *
 * <pre>
 *   z = sg(y W_z + h U_z + b_z);  r = sg(y W_r + h U_r + b_r);  n = tanh(y W_n + (r o h) U_n + b_n)
 *   h' = (1 - z) o h + z o n
 * </pre>
 */
public final class GruStep implements DepthStep {
    static final int GATES = 3;

    private final Cell cell;

    GruStep(Cell cell) {
        this.cell = cell;
    }

    /** Gates z, r and n. */
    public Cell cell() {
        return cell;
    }

    @Override
    public boolean hasHidden() {
        return false;
    }

    @Override
    public void apply(float[] y, int ys, DepthTile tile, int rows) {
        ResetGates.compute(cell, y, ys, tile, rows);
        int stride = cell.stride();
        for (int i = 0; i < rows; i++) {
            mix(tile.gates, i * cell.rowStride(), tile.h, i * stride, stride);
        }
    }

    private static void mix(float[] gates, int z, float[] h, int at, int n) {
        for (int j = 0; j < n; j++) {
            float update = gates[z + j];
            h[at + j] = Math.fma(update, gates[z + 2 * n + j], (1 - update) * h[at + j]);
        }
    }
}
