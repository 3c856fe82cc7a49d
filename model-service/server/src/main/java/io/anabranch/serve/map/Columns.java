package io.anabranch.serve.map;

/** Sums over short lists of vectors in double precision. */
final class Columns {

    private Columns() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Σ over i of columns[i] * weights[i][column]. */
    static double[] combination(double[][] columns, double[][] weights, int column) {
        double[] sum = new double[columns[0].length];
        for (int i = 0; i < columns.length; i++) {
            double weight = weights[i][column];
            for (int k = 0; k < sum.length; k++) {
                sum[k] += weight * columns[i][k];
            }
        }
        return sum;
    }

    /** Makes them orthonormal in place, first to last (Gram-Schmidt, done twice). They must be independent. */
    static void orthonormalise(double[][] columns) {
        for (int i = 0; i < columns.length; i++) {
            double[] column = columns[i];
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    double share = dot(columns[j], column);
                    for (int k = 0; k < column.length; k++) {
                        column[k] -= share * columns[j][k];
                    }
                }
                double length = Math.sqrt(dot(column, column));
                for (int k = 0; k < column.length; k++) {
                    column[k] /= length;
                }
            }
        }
    }
}
