package io.anabranch.learn.probe;

import io.anabranch.learn.tensor.SymmetricEigen;

/**
 * The labels Y in the singular directions of G, from the Gram matrix of either side.
 *
 * @param values σ² ascending, of the smaller side
 * @param energies |Y v|² by value, v the right singular vector; of values that count as zero: 0
 * @param first index of the first value that counts as more than zero
 * @param total |Y|²
 * @param rows n, the columns of G
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Spectrum(double[] values, double[] energies, int first, double total, int rows) {

    /** Ridges from this to ten times the greatest eigenvalue are tried, two per power of ten. */
    private static final double SMALLEST_RIDGE = 1e-6;

    /**
     * @param gram G Gᵀ, [d][d], or Gᵀ G, [n][n]
     * @param labels Y Gᵀ, [k][d], or Y, [k][n]
     * @param outer whether it is G Gᵀ
     * @param features rows of G
     */
    static Spectrum of(
            double[][] gram, double[][] labels, boolean outer, int features, int rows, double total, double tolerance) {
        SymmetricEigen eigen = SymmetricEigen.of(gram, labels);
        double[] all = eigen.values();
        double greatest = all.length == 0 ? 0 : Math.max(0, all[all.length - 1]);
        // Of the larger side the surplus values are zeros that are no singular values.
        int kept = Math.min(all.length, Math.min(features, rows));
        int skipped = all.length - kept;
        double[] values = new double[kept];
        double[] energies = new double[kept];
        int first = kept;
        for (int k = kept - 1; k >= 0; k--) {
            values[k] = Math.max(0, all[skipped + k]);
            if (values[k] > tolerance * greatest) {
                first = k;
                for (double[] label : eigen.rows()) {
                    energies[k] += label[skipped + k] * label[skipped + k];
                }
                energies[k] /= outer ? values[k] : 1;
            }
        }
        return new Spectrum(values, energies, first, total, rows);
    }

    HopFigures figures(int hop) {
        double smallest = values.length == 0 ? 0 : values[0];
        double alignment = alignment();
        return new HopFigures(
                hop,
                values.length - first,
                first == 0 ? smallest : 0,
                first == values.length ? 0 : values[first],
                values.length == 0 ? 0 : values[values.length - 1],
                alignment,
                total * (1 - alignment),
                heldOut());
    }

    private double alignment() {
        double sum = 0;
        for (double energy : energies) {
            sum += energy;
        }
        return total == 0 ? 0 : Math.min(1, sum / total);
    }

    /** 1 - the least of (|residual|²/n) / (1 - trace(hat)/n)² over |Y|²/n. */
    private double heldOut() {
        if (first == values.length || total == 0) {
            return 0;
        }
        double greatest = values[values.length - 1];
        double outside = 1 - alignment();
        double least = 1;
        for (double ridge = greatest * 10; ridge >= greatest * SMALLEST_RIDGE; ridge /= Math.sqrt(10)) {
            double residual = outside;
            double trace = 0;
            for (int k = first; k < values.length; k++) {
                double left = ridge / (values[k] + ridge);
                residual += left * left * energies[k] / total;
                trace += 1 - left;
            }
            double free = 1 - trace / rows;
            if (free > 1e-9) {
                least = Math.min(least, residual / (free * free));
            }
        }
        return 1 - least;
    }
}
