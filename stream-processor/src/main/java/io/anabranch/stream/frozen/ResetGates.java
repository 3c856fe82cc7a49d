package io.anabranch.stream.frozen;

/** The gates z, r and n that the GRU and the reversible gate have in common: z and r by the logistic function, n sees {@code r o h}. */
final class ResetGates {
    private ResetGates() {}

    /** Leaves z, r and n of each row in the tile's gates, [rows, 3 stride]. */
    static void compute(Cell cell, float[] y, int ys, DepthTile tile, int rows) {
        int stride = cell.stride();
        cell.preactivate(y, ys, tile.h, rows, tile.gates, tile.products);
        for (int i = 0; i < rows; i++) {
            int at = i * cell.rowStride();
            Curves.logistic(tile.gates, at, 2 * stride);
            multiply(tile.gates, at + stride, tile.h, tile.reset, i * stride, stride);
        }
        cell.addCandidate(tile.reset, rows, tile.gates, tile.products);
        for (int i = 0; i < rows; i++) {
            Curves.tanh(tile.gates, i * cell.rowStride() + 2 * stride, stride);
        }
    }

    private static void multiply(float[] gates, int r, float[] h, float[] reset, int at, int n) {
        for (int j = 0; j < n; j++) {
            reset[at + j] = gates[r + j] * h[at + j];
        }
    }
}
