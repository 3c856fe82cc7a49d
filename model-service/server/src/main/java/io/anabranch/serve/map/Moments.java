package io.anabranch.serve.map;

import io.anabranch.serve.predict.NodeVector;
import java.util.List;

/**
 * Mean and covariance of vectors, divided by their number. Shapes: mean [d], covariance [d, d] row-major and symmetric.
 *
 * @param total sum of the variances of all columns
 */
record Moments(double[] mean, double[] covariance, double total) {

    /** At least one vector, all of one width. Two passes: deviations are taken from the mean before they are multiplied. O(n d²). */
    static Moments of(List<NodeVector> vectors) {
        int width = vectors.getFirst().width();
        double[] mean = new double[width];
        for (NodeVector vector : vectors) {
            for (int j = 0; j < width; j++) {
                mean[j] += vector.value(j);
            }
        }
        for (int j = 0; j < width; j++) {
            mean[j] /= vectors.size();
        }
        double[] sums = new double[width * width];
        double[] deviation = new double[width];
        for (NodeVector vector : vectors) {
            for (int j = 0; j < width; j++) {
                deviation[j] = vector.value(j) - mean[j];
            }
            for (int i = 0; i < width; i++) {
                double d = deviation[i];
                int row = i * width;
                for (int j = i; j < width; j++) {
                    sums[row + j] += d * deviation[j];
                }
            }
        }
        double total = 0;
        for (int i = 0; i < width; i++) {
            for (int j = i; j < width; j++) {
                double covariance = sums[i * width + j] / vectors.size();
                sums[i * width + j] = covariance;
                sums[j * width + i] = covariance;
            }
            total += sums[i * width + i];
        }
        return new Moments(mean, sums, total);
    }

    int width() {
        return mean.length;
    }

    /** Covariance times a vector. */
    double[] times(double[] vector) {
        int width = width();
        double[] product = new double[width];
        for (int i = 0; i < width; i++) {
            double sum = 0;
            int row = i * width;
            for (int j = 0; j < width; j++) {
                sum += covariance[row + j] * vector[j];
            }
            product[i] = sum;
        }
        return product;
    }

    /** Variance along a unit vector. */
    double along(double[] unit) {
        return Columns.dot(unit, times(unit));
    }
}
