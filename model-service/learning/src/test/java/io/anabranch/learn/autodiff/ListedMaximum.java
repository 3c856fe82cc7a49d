package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.RowMaximum;
import io.anabranch.learn.tensor.SparsePattern;
import java.util.Arrays;

/** The maximum over the entries of a pattern, by plain loops, which uses up its input as a map may. */
final class ListedMaximum implements RowMaximum {

    private final SparsePattern entries;
    private final float[] weights;

    ListedMaximum(SparsePattern entries, float[] weights) {
        this.entries = entries;
        this.weights = weights;
    }

    @Override
    public int inputs() {
        return entries.columns();
    }

    @Override
    public int outputs() {
        return entries.rows();
    }

    @Override
    public void apply(float[] x, int width, float[] y) {
        Holders holders = holders(x, width);
        for (int i = 0; i < outputs() * width; i++) {
            int row = holders.rows()[i];
            y[i] = row < 0 ? 0 : holders.factor(i) * x[row * width + i % width];
        }
        Arrays.fill(x, Float.NaN);
    }

    @Override
    public Holders holders(float[] x, int width) {
        double[] wide = new double[inputs() * width];
        Arrays.setAll(wide, i -> x[i]);
        return holders(wide, width);
    }

    @Override
    public Holders holders(double[] x, int width) {
        int[] rows = new int[outputs() * width];
        float[] factors = new float[rows.length];
        Arrays.fill(rows, -1);
        for (int r = 0; r < outputs(); r++) {
            for (int j = 0; j < width; j++) {
                double best = Double.NEGATIVE_INFINITY;
                for (int e = entries.start(r); e < entries.start(r + 1); e++) {
                    double message = weights[e] * x[entries.column(e) * width + j];
                    if (message > best) {
                        best = message;
                        rows[r * width + j] = entries.column(e);
                        factors[r * width + j] = weights[e];
                    }
                }
            }
        }
        return new Holders(rows, factors);
    }
}
