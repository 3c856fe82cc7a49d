package io.anabranch.learn.spectral;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * h' = tanh(h U + x W + b), y = h V: loops over arrays, for what pruning does to a network.
 *
 * @param recurrent U [m][m]
 * @param input W [in][m]
 * @param bias [m]
 * @param output V [m][out]
 */
record TanhNetwork(double[][] recurrent, double[][] input, double[] bias, double[][] output) {

    /** Distinct units, and copies of the first of them. Who reads a unit reads a half of each copy. */
    static TanhNetwork withCopies(int distinct, int copies, SplittableRandom random) {
        int m = distinct + copies;
        double[][] u = gaussian(distinct, distinct, 0.5, random);
        double[][] w = gaussian(2, distinct, 1, random);
        double[][] b = gaussian(1, distinct, 1, random);
        double[][] v = gaussian(distinct, 2, 1, random);
        double[][] recurrent = new double[m][m];
        double[][] output = new double[m][];
        double[] bias = new double[m];
        double[][] input = new double[2][m];
        for (int i = 0; i < m; i++) {
            int unit = i % distinct;
            double share = unit < copies ? 0.5 : 1;
            for (int j = 0; j < m; j++) {
                recurrent[i][j] = share * u[unit][j % distinct];
            }
            output[i] = Arrays.stream(v[unit]).map(value -> share * value).toArray();
            bias[i] = b[0][unit];
            input[0][i] = w[0][unit];
            input[1][i] = w[1][unit];
        }
        return new TanhNetwork(recurrent, input, bias, output);
    }

    /** What reads the state. */
    List<double[][]> readers() {
        return List.of(recurrent, output);
    }

    /** The state after every input. */
    double[][] states(double[][] inputs) {
        double[][] states = new double[inputs.length][];
        double[] h = new double[bias.length];
        for (int t = 0; t < inputs.length; t++) {
            double[] next = times(h, recurrent);
            double[] read = times(inputs[t], input);
            for (int i = 0; i < next.length; i++) {
                next[i] = Math.tanh(next[i] + read[i] + bias[i]);
            }
            h = next;
            states[t] = h;
        }
        return states;
    }

    TanhNetwork pruned(KeptUnits kept, boolean reconstructed) {
        double[][] rows = reconstructed ? kept.reading(recurrent) : kept.own(recurrent);
        return new TanhNetwork(
                columns(rows, kept.units()),
                columns(input, kept.units()),
                columns(new double[][] {bias}, kept.units())[0],
                reconstructed ? kept.reading(output) : kept.own(output));
    }

    /** The greatest difference of an output from another network's. */
    double distance(TanhNetwork other, double[][] inputs) {
        double[][] here = states(inputs);
        double[][] there = other.states(inputs);
        double worst = 0;
        for (int t = 0; t < inputs.length; t++) {
            double[] y = times(here[t], output);
            double[] z = times(there[t], other.output);
            for (int o = 0; o < y.length; o++) {
                worst = Math.max(worst, Math.abs(y[o] - z[o]));
            }
        }
        return worst;
    }

    private static double[][] columns(double[][] matrix, int[] units) {
        return Arrays.stream(matrix)
                .map(row -> Arrays.stream(units).mapToDouble(unit -> row[unit]).toArray())
                .toArray(double[][]::new);
    }

    private static double[] times(double[] row, double[][] matrix) {
        double[] product = new double[matrix[0].length];
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < product.length; j++) {
                product[j] += row[i] * matrix[i][j];
            }
        }
        return product;
    }

    private static double[][] gaussian(int rows, int columns, double scale, SplittableRandom random) {
        double[][] matrix = new double[rows][columns];
        for (double[] row : matrix) {
            Arrays.setAll(row, i -> scale * random.nextGaussian());
        }
        return matrix;
    }
}
