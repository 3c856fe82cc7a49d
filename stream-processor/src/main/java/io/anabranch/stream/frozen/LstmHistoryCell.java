package io.anabranch.stream.frozen;

import java.util.List;

/** A reversible LSTM: z, p, f, q and g of each half, {@code c' = z c + f g} and {@code h' = p h + q tanh(c')}. */
final class LstmHistoryCell extends HistoryCell {
    static final int GATES = 5;

    private final float[] curved = new float[stride];

    LstmHistoryCell(List<Cell> halves, float maxForget) {
        super(halves, maxForget, 2 * HALVES);
    }

    @Override
    int changes() {
        return 2;
    }

    @Override
    int part(int half, int change) {
        return change == 0 ? HALVES + half : half;
    }

    @Override
    void begin(int half, float[] step, float[] other) {
        halves.get(half).preactivate(step, 0, other, 1, gates, scratch);
        Curves.logistic(gates, 0, (GATES - 1) * stride);
        Curves.tanh(gates, (GATES - 1) * stride, stride);
    }

    @Override
    void change(int change, float[] before) {
        if (change == 0) {
            for (int i = 0; i < width; i++) {
                keep[i] = limited(gates[i]);
                increment[i] = gates[2 * stride + i] * gates[4 * stride + i];
            }
            return;
        }
        System.arraycopy(before, 0, curved, 0, stride);
        Curves.tanh(curved, 0, stride);
        for (int i = 0; i < width; i++) {
            keep[i] = limited(gates[stride + i]);
            increment[i] = gates[3 * stride + i] * curved[i];
        }
    }
}
