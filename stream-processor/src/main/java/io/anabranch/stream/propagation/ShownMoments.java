package io.anabranch.stream.propagation;

/**
 * The mean of h hᵀ over what an encoder has shown lately, and as how many units that counts: N = trace(Σ (Σ + λ I)⁻¹) with λ a thousandth of the mean
 * square of a unit. Where it leaves what it was in training, what vertices do has changed. A row seen n rows ago has the weight
 * {@value #KEPT}^n. Not thread-safe.
 */
final class ShownMoments {
    private static final double KEPT = 1 - 1.0 / 4096;
    private static final double SCALE = 1e-3;
    private static final int FRESH = 256;

    private final int units;
    /** Lower triangle, row after row. */
    private final double[] sums;

    private double weight;
    private int sinceComputed;
    private double computed;

    ShownMoments(int units) {
        this.units = units;
        sums = new double[units * (units + 1) / 2];
    }

    void add(float[] row) {
        int at = 0;
        for (int i = 0; i < units; i++) {
            for (int j = 0; j <= i; j++, at++) {
                sums[at] = KEPT * sums[at] + (double) row[i] * row[j];
            }
        }
        weight = KEPT * weight + 1;
        sinceComputed++;
    }

    /** N, from 0 to the number of units; 0 where nothing was shown but zeros. Of as many rows as make little difference: O(units³) after every {@value #FRESH}. */
    double degreesOfFreedom() {
        if (sinceComputed >= FRESH || computed == 0) {
            computed = compute();
            sinceComputed = 0;
        }
        return computed;
    }

    private double compute() {
        double trace = 0;
        for (int i = 0; i < units; i++) {
            trace += sum(i, i);
        }
        if (trace == 0) {
            return 0;
        }
        double lambda = SCALE * trace / weight / units;
        double[][] factor = factor(lambda);
        // trace((Σ + λ I)⁻¹) is the sum of the squares of L⁻¹, column by column.
        double inverse = 0;
        for (int column = 0; column < units; column++) {
            double[] x = new double[units];
            for (int i = column; i < units; i++) {
                double sum = i == column ? 1 : 0;
                for (int k = column; k < i; k++) {
                    sum -= factor[i][k] * x[k];
                }
                x[i] = sum / factor[i][i];
                inverse += x[i] * x[i];
            }
        }
        return units - lambda * inverse;
    }

    /** L with L Lᵀ = Σ + λ I. */
    private double[][] factor(double lambda) {
        double[][] factor = new double[units][units];
        for (int i = 0; i < units; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = sum(i, j) / weight + (i == j ? lambda : 0);
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(sum) : sum / factor[j][j];
            }
        }
        return factor;
    }

    private double sum(int i, int j) {
        return sums[i * (i + 1) / 2 + j];
    }
}
