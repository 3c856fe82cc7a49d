package io.anabranch.stream.frozen;

/**
 * Long short-term memory along depth (Huang and Carley 2019), {@code (h_l, c_l) = LSTM(y_l, h_{l-1}, c_{l-1})}:
 *
 * <pre>
 *   i, f, o = sg(y W + h U + b);  g = tanh(y W_g + h U_g + b_g)
 *   c' = f o c + i o g;  h' = o o tanh(c')
 * </pre>
 */
public final class LstmStep implements DepthStep {
    static final int GATES = 4;

    private final Cell cell;

    LstmStep(Cell cell) {
        this.cell = cell;
    }

    /** Gates i, f, g and o. */
    public Cell cell() {
        return cell;
    }

    @Override
    public boolean hasHidden() {
        return true;
    }

    @Override
    public void apply(float[] y, int ys, DepthTile tile, int rows) {
        int stride = cell.stride();
        cell.preactivate(y, ys, tile.h, rows, tile.gates, tile.products);
        for (int i = 0; i < rows; i++) {
            int gates = i * cell.rowStride();
            int at = i * stride;
            Curves.logistic(tile.gates, gates, 2 * stride);
            Curves.tanh(tile.gates, gates + 2 * stride, stride);
            Curves.logistic(tile.gates, gates + 3 * stride, stride);
            remember(tile.gates, gates, tile.c, tile.h, at, stride);
            Curves.tanh(tile.h, at, stride);
            show(tile.gates, gates + 3 * stride, tile.h, at, stride);
        }
    }

    /** The new c, and a copy of it in h. */
    private static void remember(float[] gates, int from, float[] c, float[] h, int at, int n) {
        for (int j = 0; j < n; j++) {
            float next = Math.fma(gates[from + n + j], c[at + j], gates[from + j] * gates[from + 2 * n + j]);
            c[at + j] = next;
            h[at + j] = next;
        }
    }

    private static void show(float[] gates, int output, float[] h, int at, int n) {
        for (int j = 0; j < n; j++) {
            h[at + j] *= gates[output + j];
        }
    }
}
