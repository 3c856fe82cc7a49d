package io.anabranch.serve.map;

/** Eigenvectors of small symmetric matrices by cyclic Jacobi rotations. */
final class SymmetricEigen {

    private static final int MOST_SWEEPS = 60;

    private SymmetricEigen() {}

    /**
     * The eigenvectors as columns, orthonormal, in no order.
     *
     * @param matrix [p, p], symmetric; diagonal afterwards, the values in the order of the columns
     */
    static double[][] vectors(double[][] matrix) {
        int size = matrix.length;
        double[][] vectors = new double[size][size];
        double scale = 0;
        for (int i = 0; i < size; i++) {
            vectors[i][i] = 1;
            for (int j = 0; j < size; j++) {
                scale += matrix[i][j] * matrix[i][j];
            }
        }
        for (int sweep = 0; sweep < MOST_SWEEPS && beside(matrix) > 1e-32 * scale; sweep++) {
            for (int p = 0; p < size - 1; p++) {
                for (int q = p + 1; q < size; q++) {
                    if (matrix[p][q] != 0) {
                        rotate(matrix, vectors, p, q);
                    }
                }
            }
        }
        return vectors;
    }

    private static double beside(double[][] matrix) {
        double sum = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += 2 * matrix[i][j] * matrix[i][j];
            }
        }
        return sum;
    }

    /** Makes matrix[p][q] zero. */
    private static void rotate(double[][] matrix, double[][] vectors, int p, int q) {
        double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.hypot(theta, 1));
        double cosine = 1 / Math.hypot(tangent, 1);
        double sine = tangent * cosine;
        for (int k = 0; k < matrix.length; k++) {
            double kp = matrix[k][p];
            double kq = matrix[k][q];
            matrix[k][p] = cosine * kp - sine * kq;
            matrix[k][q] = sine * kp + cosine * kq;
        }
        for (int k = 0; k < matrix.length; k++) {
            double pk = matrix[p][k];
            double qk = matrix[q][k];
            matrix[p][k] = cosine * pk - sine * qk;
            matrix[q][k] = sine * pk + cosine * qk;
        }
        for (double[] row : vectors) {
            double kp = row[p];
            double kq = row[q];
            row[p] = cosine * kp - sine * kq;
            row[q] = sine * kp + cosine * kq;
        }
    }
}
