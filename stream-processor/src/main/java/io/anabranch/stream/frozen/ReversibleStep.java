package io.anabranch.stream.frozen;

/**
 * Reversible gate along depth (MacKay et al., NeurIPS 2018): h and c are the two halves of a state, of which a layer writes one and reads the
 * other, in turns. z is the share that is <em>kept</em>:
 *
 * <pre>
 *   z = 1 - max_forget + max_forget sg(y W_z + h U_z + b_z);  r = sg(y W_r + h U_r + b_r);  n = tanh(y W_n + (r o h) U_n + b_n)
 *   h_l = z o c_{l-1} + (1 - z) o n;  c_l = h_{l-1}
 * </pre>
 */
public final class ReversibleStep implements DepthStep {
    static final int GATES = GruStep.GATES;

    private final Cell cell;
    private final float maxForget;

    ReversibleStep(Cell cell, float maxForget) {
        this.cell = cell;
        this.maxForget = maxForget;
    }

    /** Gates z, r and n. */
    public Cell cell() {
        return cell;
    }

    /** More than 0, at most 1. */
    public float maxForget() {
        return maxForget;
    }

    @Override
    public boolean hasHidden() {
        return true;
    }

    @Override
    public void apply(float[] y, int ys, DepthTile tile, int rows) {
        ResetGates.compute(cell, y, ys, tile, rows);
        int stride = cell.stride();
        for (int i = 0; i < rows; i++) {
            exchange(maxForget, tile.gates, i * cell.rowStride(), tile.h, tile.c, i * stride, stride);
        }
    }

    private static void exchange(float maxForget, float[] gates, int z, float[] h, float[] c, int at, int n) {
        for (int j = 0; j < n; j++) {
            float kept = Math.fma(maxForget, gates[z + j], 1 - maxForget);
            float next = Math.fma(kept, c[at + j], (1 - kept) * gates[z + 2 * n + j]);
            c[at + j] = h[at + j];
            h[at + j] = next;
        }
    }
}
