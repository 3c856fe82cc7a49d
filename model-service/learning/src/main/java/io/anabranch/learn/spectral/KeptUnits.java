package io.anabranch.learn.spectral;

import java.util.Arrays;

/**
 * Units that stand for all of a state, and how: h is about A h_J.
 *
 * @param units J, ascending
 * @param reconstruction A, [m][q]; the best in the mean over the states seen, but for the ridge
 * @param inputLoss mean |h - A h_J|² and the ridge's part
 * @param outputLoss the same of Z h, what the readers see
 */
@SuppressWarnings("ArrayRecordComponent") // a result to be read, never compared
public record KeptUnits(int[] units, double[][] reconstruction, double inputLoss, double outputLoss) {

    public int count() {
        return units.length;
    }

    /**
     * Of what reads the state the weights that read the units in place of it: Aᵀ W.
     *
     * @param weights [m][out]
     * @return [q][out]
     */
    public double[][] reading(double[][] weights) {
        double[][] reading = new double[units.length][];
        for (int k = 0; k < units.length; k++) {
            double[] row = new double[weights[0].length];
            for (int i = 0; i < weights.length; i++) {
                double share = reconstruction[i][k];
                for (int o = 0; o < row.length; o++) {
                    row[o] += share * weights[i][o];
                }
            }
            reading[k] = row;
        }
        return reading;
    }

    /** The same without reconstruction: the units' own rows. */
    public double[][] own(double[][] weights) {
        return Arrays.stream(units).mapToObj(unit -> weights[unit].clone()).toArray(double[][]::new);
    }
}
