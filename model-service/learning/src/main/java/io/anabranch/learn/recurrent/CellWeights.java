package io.anabranch.learn.recurrent;

import io.anabranch.learn.nn.Parameter;
import io.anabranch.learn.spectral.KeptUnits;
import java.util.List;

/**
 * The weights of a gated cell or of one of its halves, and what pruning makes of them: W [in, b w], U [w, b w] and a bias [1, b w], in b blocks
 * of a column for each unit that is written. The rows of U are the units that are read, which may be those of another half.
 */
public record CellWeights(Parameter input, Parameter recurrent, Parameter bias) {

    /** @param parameters input, recurrent, bias */
    static CellWeights of(List<Parameter> parameters) {
        return new CellWeights(parameters.get(0), parameters.get(1), parameters.get(2));
    }

    /** U, [w][b w]. */
    double[][] readers() {
        return recurrent.matrix();
    }

    /** What is written to each unit. */
    double[] written() {
        double[] sums = new double[recurrent.rows()];
        for (Parameter parameter : List.of(input, recurrent, bias)) {
            for (double[] row : parameter.matrix()) {
                for (int column = 0; column < row.length; column++) {
                    sums[column % sums.length] += Math.abs(row[column]);
                }
            }
        }
        return sums;
    }

    /** How much is read of each unit. */
    double[] read() {
        double[] sums = new double[recurrent.rows()];
        double[][] rows = readers();
        for (int unit = 0; unit < sums.length; unit++) {
            for (double weight : rows[unit]) {
                sums[unit] += Math.abs(weight);
            }
        }
        return sums;
    }

    /**
     * Copies of what is left.
     *
     * @param written the units whose columns stay
     * @param read the units that the rows are of
     */
    CellWeights pruned(KeptUnits written, KeptUnits read, boolean reconstructed) {
        double[][] rows = reconstructed ? read.reading(readers()) : read.own(readers());
        return new CellWeights(
                columns(input, input.matrix(), written),
                columns(recurrent, rows, written),
                columns(bias, bias.matrix(), written));
    }

    private Parameter columns(Parameter of, double[][] rows, KeptUnits written) {
        int width = recurrent.rows();
        int blocks = recurrent.columns() / width;
        int count = written.count();
        float[] values = new float[rows.length * blocks * count];
        int at = 0;
        for (double[] row : rows) {
            for (int block = 0; block < blocks; block++) {
                for (int unit : written.units()) {
                    values[at++] = (float) row[block * width + unit];
                }
            }
        }
        return Parameter.of(of.name(), of.tensor().type(), rows.length, blocks * count, values);
    }

    /** Sums element by element. */
    static double[] sum(double[] one, double[] other) {
        double[] sum = one.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += other[i];
        }
        return sum;
    }
}
