package io.anabranch.learn.probe;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which vertices are trained on, and what of them is to be learnt.
 *
 * @param vertices I, each once
 * @param labels Y, [k][|I|]: a number, or one row per class. Rows are centred by {@link #centred}, as a bias does
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record TrainingRows(int[] vertices, double[][] labels) {

    public TrainingRows {
        for (double[] row : labels) {
            if (row.length != vertices.length) {
                throw new IllegalArgumentException(
                        "There are (%d) training rows, but labels of (%d).".formatted(vertices.length, row.length));
            }
        }
    }

    /** One row per class, 1 where a vertex is of it. */
    public static TrainingRows ofClasses(int[] vertices, int[] classes, int count) {
        double[][] labels = new double[count][vertices.length];
        for (int i = 0; i < vertices.length; i++) {
            labels[classes[i]][i] = 1;
        }
        return new TrainingRows(vertices, labels);
    }

    /** Every row of labels less its mean. */
    public TrainingRows centred() {
        double[][] centred = new double[labels.length][];
        for (int k = 0; k < labels.length; k++) {
            double mean = Arrays.stream(labels[k]).average().orElse(0);
            centred[k] = Arrays.stream(labels[k]).map(value -> value - mean).toArray();
        }
        return new TrainingRows(vertices, centred);
    }

    /** That many of them at random, in order; these themselves where there are no more. */
    TrainingRows sampled(int most, long seed) {
        int n = vertices.length;
        if (n <= most) {
            return this;
        }
        // Selection sampling: every set of that size is as likely.
        SplittableRandom random = new SplittableRandom(seed);
        int[] chosen = new int[most];
        int found = 0;
        for (int i = 0; i < n && found < most; i++) {
            if (random.nextInt(n - i) < most - found) {
                chosen[found++] = i;
            }
        }
        double[][] kept = new double[labels.length][most];
        int[] of = new int[most];
        for (int i = 0; i < most; i++) {
            of[i] = vertices[chosen[i]];
            for (int k = 0; k < labels.length; k++) {
                kept[k][i] = labels[k][chosen[i]];
            }
        }
        return new TrainingRows(of, kept);
    }

    double total() {
        double sum = 0;
        for (double[] row : labels) {
            for (double value : row) {
                sum += value * value;
            }
        }
        return sum;
    }
}
