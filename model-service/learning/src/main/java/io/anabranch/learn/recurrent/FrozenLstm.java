package io.anabranch.learn.recurrent;

import io.anabranch.learn.tensor.ArrayFunctions;
import io.anabranch.learn.tensor.RowProducts;
import java.util.List;

/** See {@link ReversibleLstm}. */
final class FrozenLstm extends FrozenCell {

    private static final int BLOCKS = 5;

    private final List<float[]> inputs;
    private final List<float[]> recurrents;
    private final List<float[]> biases;
    /** z, p, f, o, g of the half step that was begun. */
    private final float[] columns;

    private final float[] fromState;
    private final float[] cell;

    FrozenLstm(ReversibleLstm cell) {
        super(cell, cell.limit());
        this.inputs = values(cell, 0);
        this.recurrents = values(cell, 1);
        this.biases = values(cell, 2);
        this.columns = new float[BLOCKS * partWidth()];
        this.fromState = new float[BLOCKS * partWidth()];
        this.cell = new float[partWidth()];
    }

    @Override
    int changes() {
        return 2;
    }

    @Override
    int part(int half, int change) {
        return change == 0 ? ReversibleCell.HALVES + half : half;
    }

    @Override
    void begin(int half, float[] event, float[] other) {
        int w = partWidth();
        read(event, inputs.get(half), biases.get(half), columns);
        RowProducts.multiply(other, 1, recurrents.get(half), w, BLOCKS * w, fromState);
        for (int i = 0; i < columns.length; i++) {
            columns[i] += fromState[i];
        }
        ArrayFunctions.sigmoid(columns, 0, (BLOCKS - 1) * w);
        ArrayFunctions.tanh(columns, (BLOCKS - 1) * w, w);
    }

    @Override
    void change(int change, float[] changedBefore) {
        int w = partWidth();
        if (change == 0) {
            for (int i = 0; i < w; i++) {
                keep[i] = limited(columns[i]);
                increment[i] = columns[2 * w + i] * columns[4 * w + i];
            }
            return;
        }
        System.arraycopy(changedBefore, 0, cell, 0, w);
        ArrayFunctions.tanh(cell, 0, w);
        for (int i = 0; i < w; i++) {
            keep[i] = limited(columns[w + i]);
            increment[i] = columns[3 * w + i] * cell[i];
        }
    }

    private static List<float[]> values(ReversibleLstm cell, int parameter) {
        return List.of(
                cell.parameters(0).get(parameter).values(),
                cell.parameters(1).get(parameter).values());
    }
}
