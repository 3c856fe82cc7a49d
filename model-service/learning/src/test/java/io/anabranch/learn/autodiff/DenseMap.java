package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LinearMap;
import java.util.Arrays;

/** A linear map by its matrix [outputs, inputs], which uses up its input as a map may. */
final class DenseMap implements LinearMap {

    private final int outputs;
    private final int inputs;
    private final float[] matrix;

    DenseMap(int outputs, int inputs, float[] matrix) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.matrix = matrix;
    }

    @Override
    public int inputs() {
        return inputs;
    }

    @Override
    public int outputs() {
        return outputs;
    }

    @Override
    public void apply(float[] x, int width, float[] y) {
        double[] wide = new double[outputs * width];
        double[] wideInput = new double[inputs * width];
        Arrays.setAll(wideInput, i -> x[i]);
        apply(wideInput, width, wide);
        for (int i = 0; i < wide.length; i++) {
            y[i] = (float) wide[i];
        }
        Arrays.fill(x, Float.NaN);
    }

    @Override
    public void apply(double[] x, int width, double[] y) {
        for (int r = 0; r < outputs; r++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int c = 0; c < inputs; c++) {
                    sum += matrix[r * inputs + c] * x[c * width + j];
                }
                y[r * width + j] = sum;
            }
        }
        Arrays.fill(x, Double.NaN);
    }

    @Override
    public LinearMap transposed() {
        float[] transposed = new float[matrix.length];
        for (int r = 0; r < outputs; r++) {
            for (int c = 0; c < inputs; c++) {
                transposed[c * outputs + r] = matrix[r * inputs + c];
            }
        }
        return new DenseMap(inputs, outputs, transposed);
    }
}
