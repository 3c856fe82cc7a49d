package io.anabranch.stream.frozen;

import java.util.List;

/** A reversible GRU: z, r and n of each half, and {@code h' = z h + (1 - z) n}. */
final class GruHistoryCell extends HistoryCell {
    static final int GATES = 3;

    private final float[] reset = new float[stride];

    GruHistoryCell(List<Cell> halves, float maxForget) {
        super(halves, maxForget, HALVES);
    }

    @Override
    int changes() {
        return 1;
    }

    @Override
    int part(int half, int change) {
        return half;
    }

    @Override
    void begin(int half, float[] step, float[] other) {
        var cell = halves.get(half);
        cell.preactivate(step, 0, other, 1, gates, scratch);
        Curves.logistic(gates, 0, 2 * stride);
        for (int i = 0; i < stride; i++) {
            reset[i] = gates[stride + i] * other[i];
        }
        cell.addCandidate(reset, 1, gates, scratch);
        Curves.tanh(gates, 2 * stride, stride);
    }

    @Override
    void change(int change, float[] before) {
        for (int i = 0; i < width; i++) {
            float kept = limited(gates[i]);
            float candidate = gates[2 * stride + i];
            keep[i] = kept;
            increment[i] = candidate - kept * candidate;
        }
    }
}
