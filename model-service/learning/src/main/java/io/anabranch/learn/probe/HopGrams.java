package io.anabranch.learn.probe;

import io.anabranch.learn.tensor.DataType;
import io.anabranch.learn.tensor.Products;
import io.anabranch.learn.tensor.Tensor;
import io.anabranch.learn.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The spectra of every hop and of every stack of hops, from the Gram matrices of the smaller side. */
final class HopGrams {

    private final TrainingRows rows;
    private final int features;
    private final int hops;
    private final double tolerance;

    HopGrams(TrainingRows rows, int features, int hops, double tolerance) {
        this.rows = rows;
        this.features = features;
        this.hops = hops;
        this.tolerance = tolerance;
    }

    /** The figures of 0 to H hops, alone and stacked. */
    record Figures(List<HopFigures> single, List<HopFigures> stacked) {}

    /** Of n training rows: K_l = G_lᵀ G_l, [n][n], and their sums. */
    Figures inner(HopRows source) {
        int n = rows.vertices().length;
        double[][][] grams = new double[hops + 1][n][n];
        source.forEach((level, column, width, block) -> {
            try (TensorScope scope = TensorScope.open()) {
                Tensor z = Tensor.of(scope, DataType.FLOAT64, n, width, block);
                add(Products.matmul(scope, z, false, z, true).toDoubles(), grams[level]);
            }
        });
        List<HopFigures> single = new ArrayList<>();
        List<HopFigures> stacked = new ArrayList<>();
        double[][] sum = new double[n][n];
        for (int l = 0; l <= hops; l++) {
            single.add(figures(grams[l], rows.labels(), false, features, l));
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum[i][j] += grams[l][i][j];
                }
            }
            stacked.add(figures(sum, rows.labels(), false, Math.multiplyExact(l + 1, features), l));
        }
        return new Figures(single, stacked);
    }

    /** Of few features: G Gᵀ of the stack of all hops, in which those of the others are blocks. */
    Figures outer(HopRows source) {
        int n = rows.vertices().length;
        int side = (hops + 1) * features;
        double[] stack = new double[Math.multiplyExact(n, side)];
        source.forEach((level, column, width, block) -> {
            for (int i = 0; i < n; i++) {
                System.arraycopy(block, i * width, stack, i * side + level * features + column, width);
            }
        });
        double[][] gram = new double[side][side];
        double[][] labels = new double[rows.labels().length][side];
        try (TensorScope scope = TensorScope.open()) {
            Tensor z = Tensor.of(scope, DataType.FLOAT64, n, side, stack);
            add(Products.matmul(scope, z, true, z, false).toDoubles(), gram);
            for (int k = 0; k < labels.length; k++) {
                Tensor y = Tensor.of(scope, DataType.FLOAT64, 1, n, rows.labels()[k]);
                labels[k] = Products.matmul(scope, y, false, z, false).toDoubles();
            }
        }
        List<HopFigures> single = new ArrayList<>();
        List<HopFigures> stacked = new ArrayList<>();
        for (int l = 0; l <= hops; l++) {
            int from = l * features;
            int to = from + features;
            single.add(figures(block(gram, from, to), columns(labels, from, to), true, features, l));
            stacked.add(figures(block(gram, 0, to), columns(labels, 0, to), true, to, l));
        }
        return new Figures(single, stacked);
    }

    private HopFigures figures(double[][] gram, double[][] labels, boolean outer, int side, int hop) {
        return Spectrum.of(gram, labels, outer, side, rows.vertices().length, rows.total(), tolerance)
                .figures(hop);
    }

    private static double[][] block(double[][] gram, int from, int to) {
        double[][] block = new double[to - from][];
        for (int i = from; i < to; i++) {
            block[i - from] = Arrays.copyOfRange(gram[i], from, to);
        }
        return block;
    }

    private static double[][] columns(double[][] labels, int from, int to) {
        double[][] columns = new double[labels.length][];
        for (int k = 0; k < labels.length; k++) {
            columns[k] = Arrays.copyOfRange(labels[k], from, to);
        }
        return columns;
    }

    private static void add(double[] product, double[][] into) {
        int n = into.length;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                into[i][j] += product[i * n + j];
            }
        }
    }
}
