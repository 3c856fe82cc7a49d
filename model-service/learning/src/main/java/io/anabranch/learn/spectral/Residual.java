package io.anabranch.learn.spectral;

/**
 * R = Σ - Σ[:, J] (Σ[J, J] + diag τ)⁻¹ Σ[J, :]: what of the second moments no linear map of the units J gives back. Taking one unit more into J
 * is an update of rank one, so J grows without another inverse.
 */
final class Residual {

    private final double[][] r;
    private final double tau;

    Residual(double[][] moments, double tau) {
        this.tau = tau;
        this.r = new double[moments.length][];
        for (int i = 0; i < moments.length; i++) {
            r[i] = moments[i].clone();
        }
    }

    /** What of the unit itself is left, and the ridge. */
    double pivot(int unit) {
        return r[unit][unit] + tau;
    }

    /** By how much trace(R) would fall. */
    double inputGain(int unit) {
        double sum = 0;
        for (double value : r[unit]) {
            sum += value * value;
        }
        return sum / pivot(unit);
    }

    /** By how much trace(Z R Zᵀ) would fall, with the readers' G = Zᵀ Z. */
    double outputGain(int unit, double[][] readers) {
        double[] column = r[unit];
        double sum = 0;
        for (int i = 0; i < column.length; i++) {
            double product = 0;
            for (int j = 0; j < column.length; j++) {
                product += readers[i][j] * column[j];
            }
            sum += column[i] * product;
        }
        return sum / pivot(unit);
    }

    void take(int unit) {
        double[] column = r[unit].clone();
        double pivot = pivot(unit);
        for (int i = 0; i < column.length; i++) {
            double factor = column[i] / pivot;
            for (int j = 0; j < column.length; j++) {
                r[i][j] -= factor * column[j];
            }
        }
    }

    /** trace(R), not below 0. */
    double inputLoss() {
        double sum = 0;
        for (int i = 0; i < r.length; i++) {
            sum += r[i][i];
        }
        return Math.max(0, sum);
    }

    /** trace(Z R Zᵀ), not below 0. */
    double outputLoss(double[][] readers) {
        double sum = 0;
        for (int i = 0; i < r.length; i++) {
            for (int j = 0; j < r.length; j++) {
                sum += r[i][j] * readers[i][j];
            }
        }
        return Math.max(0, sum);
    }
}
