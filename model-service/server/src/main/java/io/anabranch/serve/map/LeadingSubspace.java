package io.anabranch.serve.map;

import io.anabranch.learn.tensor.SymmetricEigen;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The directions of greatest variance by subspace iteration (Rutishauser 1969): a block of orthonormal vectors is multiplied by the covariance
 * again and again and turned to its Ritz vectors, until the first two no longer move. A block that was good for nearly the same covariance is
 * at the end after a few rounds.
 */
final class LeadingSubspace {

    /** More than the two that are wanted: the gap that decides the speed is the one behind the last. */
    private static final int BLOCK = 8;

    private static final int WANTED = 2;
    private static final int MOST_ROUNDS = 300;
    private static final double PRECISION = 1e-10;
    /** Keeps directions without any variance in the block; of the total variance. */
    private static final double SHIFT = 1e-9;

    private LeadingSubspace() {}

    /** Where nothing is known: always the same. */
    static double[][] start(int width) {
        SplittableRandom random = new SplittableRandom(1);
        double[][] block = new double[Math.min(BLOCK, width)][width];
        for (double[] column : block) {
            Arrays.setAll(column, k -> random.nextDouble(-1, 1));
        }
        Columns.orthonormalise(block);
        return block;
    }

    /** The block moved on, the direction of greatest variance first; the given one stays as it is. */
    static double[][] of(Moments moments, double[][] from) {
        double[][] block = from;
        if (moments.total() == 0) {
            return block;
        }
        double shift = SHIFT * moments.total();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[][] next = new double[block.length][];
            for (int i = 0; i < next.length; i++) {
                next[i] = moments.times(block[i]);
                for (int k = 0; k < next[i].length; k++) {
                    next[i][k] += shift * block[i][k];
                }
            }
            Columns.orthonormalise(next);
            block = ritz(moments, next);
            if (settled(moments, block)) {
                break;
            }
        }
        return block;
    }

    private static double[][] ritz(Moments moments, double[][] block) {
        int size = block.length;
        double[][] small = new double[size][size];
        for (int j = 0; j < size; j++) {
            double[] product = moments.times(block[j]);
            for (int i = 0; i <= j; i++) {
                small[i][j] = Columns.dot(block[i], product);
                small[j][i] = small[i][j];
            }
        }
        double[][] identity = new double[size][size];
        for (int i = 0; i < size; i++) {
            identity[i][i] = 1;
        }
        // By ascending value.
        double[][] vectors = SymmetricEigen.of(small, identity).rows();
        double[][] turned = new double[size][];
        for (int i = 0; i < size; i++) {
            turned[i] = Columns.combination(block, vectors, size - 1 - i);
        }
        return turned;
    }

    private static boolean settled(Moments moments, double[][] block) {
        for (int i = 0; i < Math.min(WANTED, block.length); i++) {
            double[] product = moments.times(block[i]);
            double value = Columns.dot(block[i], product);
            double rest = 0;
            for (int k = 0; k < product.length; k++) {
                double gap = product[k] - value * block[i][k];
                rest += gap * gap;
            }
            if (Math.sqrt(rest) > PRECISION * moments.total()) {
                return false;
            }
        }
        return true;
    }
}
