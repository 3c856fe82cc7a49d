package io.anabranch.learn.autodiff;

import io.anabranch.learn.tensor.LinearMap;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** A linear map by a matrix [outputs, inputs] and factors of rows, which uses up its input as a map may in double precision. */
public final class DenseMap implements LinearMap {

    private final int outputs;
    private final int inputs;
    private final float[] matrix;
    private final float[] before;
    private final float[] after;

    private DenseMap(int outputs, int inputs, float[] matrix, float[] before, float[] after) {
        this.outputs = outputs;
        this.inputs = inputs;
        this.matrix = matrix;
        this.before = before;
        this.after = after;
    }

    /** With factors from the generator. */
    public static DenseMap random(RandomGenerator random, int outputs, int inputs, float[] matrix) {
        return new DenseMap(outputs, inputs, matrix, factors(random, inputs), factors(random, outputs));
    }

    private static float[] factors(RandomGenerator random, int count) {
        float[] factors = new float[count];
        for (int i = 0; i < count; i++) {
            factors[i] = random.nextFloat(0.5f, 2);
        }
        return factors;
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
    public float[] before() {
        return before;
    }

    @Override
    public float[] after() {
        return after;
    }

    @Override
    public void applyUnscaled(float[] x, int width, float[] y) {
        for (int r = 0; r < outputs; r++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int c = 0; c < inputs; c++) {
                    sum += (double) matrix[r * inputs + c] * x[c * width + j];
                }
                y[r * width + j] = (float) sum;
            }
        }
    }

    @Override
    public void apply(double[] x, int width, double[] y) {
        for (int r = 0; r < outputs; r++) {
            for (int j = 0; j < width; j++) {
                double sum = 0;
                for (int c = 0; c < inputs; c++) {
                    sum += (double) matrix[r * inputs + c] * before[c] * x[c * width + j];
                }
                y[r * width + j] = after[r] * sum;
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
        return new DenseMap(inputs, outputs, transposed, after, before);
    }
}
