package io.anabranch.learn.tensor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The eigenvalues of a symmetric matrix A = V diag(values) Vᵀ, and some rows in the basis of its eigenvectors: R V. The eigenvectors
 * themselves are not made unless the rows are those of the identity.
 *
 * <p>Householder's tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub and Van Loan, Matrix Computations, 8.3); every
 * reflection and rotation goes to the rows as well. Errors are about machine precision times the greatest eigenvalue, so of a Gram matrix
 * singular values below 1e-8 of the greatest are not seen.
 *
 * <p>Cost: 2 n³ + 6 n² per row; a copy of the matrix.
 *
 * @param values ascending
 * @param rows [r][n], column k belongs to value k
 */
@SuppressWarnings("ArrayRecordComponent") // a result to be read, never compared
public record SymmetricEigen(double[] values, double[][] rows) {

    private static final double PRECISION = 0x1p-52;
    private static final int MOST_STEPS_PER_VALUE = 60;

    /**
     * @param matrix [n][n], symmetric; not changed
     * @param rows [r][n], not changed; r may be 0
     */
    public static SymmetricEigen of(double[][] matrix, double[][] rows) {
        int n = matrix.length;
        double[][] a = new double[n][];
        for (int i = 0; i < n; i++) {
            if (matrix[i].length != n) {
                throw new IllegalArgumentException(
                        "The matrix of (%d) rows has (%d) columns in row (%d).".formatted(n, matrix[i].length, i));
            }
            a[i] = matrix[i].clone();
        }
        // Column after column, so that a rotation of two columns runs over two arrays.
        double[][] columns = new double[n][rows.length];
        for (int r = 0; r < rows.length; r++) {
            for (int k = 0; k < n; k++) {
                columns[k][r] = rows[r][k];
            }
        }
        double[] diagonal = new double[n];
        double[] beside = new double[n];
        tridiagonalise(a, columns, diagonal, beside);
        diagonalise(diagonal, beside, columns);
        return sorted(diagonal, columns, rows.length);
    }

    /** Reflection k makes column k zero below the subdiagonal. */
    private static void tridiagonalise(double[][] a, double[][] columns, double[] diagonal, double[] beside) {
        int n = a.length;
        double[] v = new double[n];
        double[] p = new double[n];
        for (int k = 0; k < n - 2; k++) {
            double square = 0;
            for (int i = k + 1; i < n; i++) {
                v[i] = a[i][k];
                square += v[i] * v[i];
            }
            diagonal[k] = a[k][k];
            double norm = Math.copySign(Math.sqrt(square), v[k + 1]);
            beside[k] = -norm;
            if (square == v[k + 1] * v[k + 1]) {
                beside[k] = v[k + 1];
                continue;
            }
            v[k + 1] += norm;
            double half = norm * v[k + 1];
            reflect(a, v, p, k + 1, half);
            reflect(columns, v, k + 1, half);
        }
        if (n > 1) {
            diagonal[n - 2] = a[n - 2][n - 2];
            beside[n - 2] = a[n - 1][n - 2];
        }
        if (n > 0) {
            diagonal[n - 1] = a[n - 1][n - 1];
        }
    }

    /** A ← P A P on the rows and columns from {@code from} on, with P = I - v vᵀ / half. */
    private static void reflect(double[][] a, double[] v, double[] p, int from, double half) {
        int n = a.length;
        Arrays.fill(p, from, n, 0);
        for (int i = from; i < n; i++) {
            double[] row = a[i];
            double factor = v[i] / half;
            for (int j = from; j < n; j++) {
                p[j] += factor * row[j];
            }
        }
        double product = 0;
        for (int i = from; i < n; i++) {
            product += p[i] * v[i];
        }
        double share = product / (2 * half);
        for (int i = from; i < n; i++) {
            p[i] -= share * v[i];
        }
        for (int i = from; i < n; i++) {
            double[] row = a[i];
            double vi = v[i];
            double pi = p[i];
            for (int j = from; j < n; j++) {
                row[j] -= vi * p[j] + pi * v[j];
            }
        }
    }

    /** The same P from the right to the rows. */
    private static void reflect(double[][] columns, double[] v, int from, double half) {
        int rows = columns[0].length;
        double[] products = new double[rows];
        for (int k = from; k < v.length; k++) {
            for (int r = 0; r < rows; r++) {
                products[r] += v[k] * columns[k][r];
            }
        }
        for (int k = from; k < v.length; k++) {
            double factor = v[k] / half;
            for (int r = 0; r < rows; r++) {
                columns[k][r] -= factor * products[r];
            }
        }
    }

    private static void diagonalise(double[] a, double[] b, double[][] columns) {
        int end = a.length - 1;
        long steps = 0;
        while (end > 0) {
            int start = end;
            while (start > 0 && !negligible(a, b, start - 1)) {
                start--;
            }
            if (start == end) {
                b[end - 1] = 0;
                end--;
                continue;
            }
            if (steps++ > (long) MOST_STEPS_PER_VALUE * a.length) {
                throw new ArithmeticException("The eigenvalues of a matrix of (%d) rows were not found in (%d) steps."
                                .formatted(a.length, steps)
                        + "\nMaybe it holds numbers that are not finite.");
            }
            chase(a, b, start, end, columns);
        }
    }

    private static boolean negligible(double[] a, double[] b, int i) {
        double scale = Math.abs(a[i]) + Math.abs(a[i + 1]);
        return Math.abs(b[i]) <= PRECISION * scale || Math.abs(b[i]) < Double.MIN_NORMAL;
    }

    /** One QR step on the block from start to end, of which no element beside the diagonal is zero. */
    private static void chase(double[] a, double[] b, int start, int end, double[][] columns) {
        double delta = (a[end - 1] - a[end]) / 2;
        double last = b[end - 1];
        double shift = a[end] - last * (last / (delta + Math.copySign(Math.hypot(delta, last), delta)));
        double x = a[start] - shift;
        double z = b[start];
        for (int k = start; k < end; k++) {
            double length = Math.hypot(x, z);
            double cosine = length == 0 ? 1 : x / length;
            double sine = length == 0 ? 0 : -z / length;
            if (k > start) {
                b[k - 1] = length;
            }
            double ak = a[k];
            double next = a[k + 1];
            double bk = b[k];
            double cross = 2 * cosine * sine * bk;
            a[k] = cosine * cosine * ak - cross + sine * sine * next;
            a[k + 1] = sine * sine * ak + cross + cosine * cosine * next;
            b[k] = cosine * sine * (ak - next) + (cosine * cosine - sine * sine) * bk;
            x = b[k];
            if (k < end - 1) {
                z = -sine * b[k + 1];
                b[k + 1] = cosine * b[k + 1];
            }
            rotate(columns[k], columns[k + 1], cosine, sine);
        }
    }

    private static void rotate(double[] left, double[] right, double cosine, double sine) {
        for (int r = 0; r < left.length; r++) {
            double l = left[r];
            double m = right[r];
            left[r] = cosine * l - sine * m;
            right[r] = sine * l + cosine * m;
        }
    }

    private static SymmetricEigen sorted(double[] values, double[][] columns, int rows) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(k -> values[k]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ascending = new double[values.length];
        double[][] projected = new double[rows][values.length];
        for (int k = 0; k < order.length; k++) {
            ascending[k] = values[order[k]];
            for (int r = 0; r < rows; r++) {
                projected[r][k] = columns[order[k]][r];
            }
        }
        return new SymmetricEigen(ascending, projected);
    }
}
