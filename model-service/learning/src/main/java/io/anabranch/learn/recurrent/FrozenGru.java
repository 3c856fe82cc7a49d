package io.anabranch.learn.recurrent;

import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.tensor.ArrayFunctions;
import io.anabranch.learn.tensor.RowProducts;
import java.util.List;

/** See {@link ReversibleGru}. */
final class FrozenGru extends FrozenCell {

    private final Half[] halves;
    /** z, r, n of the half step that was begun. */
    private final float[] columns;

    private final float[] fromState;
    private final float[] reset;

    FrozenGru(ReversibleGru cell) {
        super(cell, cell.limit());
        this.halves = new Half[] {new Half(cell.parameters(0)), new Half(cell.parameters(1))};
        this.columns = new float[3 * partWidth()];
        this.fromState = new float[2 * partWidth()];
        this.reset = new float[partWidth()];
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
    void begin(int half, float[] event, float[] other) {
        int w = partWidth();
        Half weights = halves[half];
        read(event, weights.input, weights.bias, columns);
        RowProducts.multiply(other, 1, weights.gates, w, 2 * w, fromState);
        for (int i = 0; i < 2 * w; i++) {
            columns[i] += fromState[i];
        }
        ArrayFunctions.sigmoid(columns, 0, 2 * w);
        for (int i = 0; i < w; i++) {
            reset[i] = columns[w + i] * other[i];
        }
        RowProducts.multiply(reset, 1, weights.candidate, w, w, fromState);
        for (int i = 0; i < w; i++) {
            columns[2 * w + i] += fromState[i];
        }
        ArrayFunctions.tanh(columns, 2 * w, w);
    }

    @Override
    void change(int change, float[] changedBefore) {
        int w = partWidth();
        for (int i = 0; i < w; i++) {
            float kept = limited(columns[i]);
            float candidate = columns[2 * w + i];
            keep[i] = kept;
            increment[i] = candidate - kept * candidate;
        }
    }

    /** One half's parameters, the recurrent matrix cut into what z and r read and what n reads. */
    private static final class Half {
        private final float[] input;
        private final float[] gates;
        private final float[] candidate;
        private final float[] bias;

        Half(List<Parameter> parameters) {
            Parameter recurrent = parameters.get(1);
            int w = recurrent.rows();
            this.input = parameters.get(0).values();
            this.gates = columns(recurrent, 0, 2 * w);
            this.candidate = columns(recurrent, 2 * w, 3 * w);
            this.bias = parameters.get(2).values();
        }
    }
}
