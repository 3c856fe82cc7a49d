package io.anabranch.learn.probe;

import io.anabranch.learn.tensor.SymmetricEigen;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear graph network, for which the way of gradient descent is known (Xu et al., ICML 2021). In columns, one per training row:
 *
 * <pre>
 *   P_l = B_l … B_1, P_0 = I
 *   f = W_H P_H G_H                     single scale
 *   f = sum over l = 0 … H of W_l P_l G_l     all hops
 *   L = |f - Y|²
 *   L(t) - L* ≤ (L(0) - L*) exp(-4 λ_t σ² t),  λ_t the least λ_min(P_lᵀ P_l) of the scales used, at any time up to t
 * </pre>
 *
 * with σ² the smallest non-zero squared singular value of G_H, or of all G stacked. A bound in continuous time; small steps come close.
 * Shapes: G_l [m][n], B_1 [h][m], B_i [h][h], W_l [k][columns of P_l's result], Y [k][n]. Not thread-safe.
 */
public final class LinearNetwork {

    private final List<double[][]> hops;
    private final double[][] labels;
    private final boolean allHops;
    private final List<double[][]> maps;
    private final List<double[][]> readouts;

    /**
     * @param hops G_0 … G_H
     * @param labels Y
     * @param maps B_1 … B_H
     * @param readouts W_0 … W_H; without all hops the last alone is used
     */
    public LinearNetwork(
            List<double[][]> hops,
            double[][] labels,
            boolean allHops,
            List<double[][]> maps,
            List<double[][]> readouts) {
        if (hops.size() != maps.size() + 1 || hops.size() != readouts.size()) {
            throw new IllegalArgumentException(
                    "There are rows of (%d) hops, (%d) maps and (%d) readouts; of H hops they are H + 1, H and H + 1."
                            .formatted(hops.size(), maps.size(), readouts.size()));
        }
        this.hops = List.copyOf(hops);
        this.labels = labels;
        this.allHops = allHops;
        this.maps = new ArrayList<>(maps);
        this.readouts = new ArrayList<>(readouts);
    }

    /** L. */
    public double loss() {
        return Dense.square(error(products()));
    }

    /** The least eigenvalue of P_lᵀ P_l over the scales used; 0 where a hidden layer is narrower than the features. */
    public double lambda() {
        List<double[][]> products = products();
        double least = Double.POSITIVE_INFINITY;
        for (int l = first(); l < products.size(); l++) {
            double[][] p = products.get(l);
            double[][] gram = Dense.product(Dense.transposed(p), p);
            least = Math.min(least, SymmetricEigen.of(gram, new double[0][]).values()[0]);
        }
        return Math.max(0, least);
    }

    /**
     * -dL/dt of gradient descent, exactly: with V = 2 (f - Y) the sum over the scales used of |V G_lᵀ P_lᵀ|², which the readouts contribute,
     * and over i = 1 … H of |sum over scales l ≥ i of (W_l B_l … B_{i+1})ᵀ V G_lᵀ (B_{i-1} … B_1)ᵀ|², which the maps do.
     */
    public double decrease() {
        Gradients gradients = gradients();
        double sum = 0;
        for (int l = first(); l < hops.size(); l++) {
            sum += Dense.square(gradients.readouts().get(l));
        }
        for (double[][] map : gradients.maps()) {
            sum += Dense.square(map);
        }
        return sum;
    }

    /** One step of gradient descent. */
    public void step(double dt) {
        Gradients gradients = gradients();
        for (int l = first(); l < hops.size(); l++) {
            readouts.set(l, Dense.sum(readouts.get(l), -dt, gradients.readouts().get(l)));
        }
        for (int i = 0; i < maps.size(); i++) {
            maps.set(i, Dense.sum(maps.get(i), -dt, gradients.maps().get(i)));
        }
    }

    private record Gradients(List<double[][]> readouts, List<double[][]> maps) {}

    private Gradients gradients() {
        List<double[][]> products = products();
        double[][] v = error(products);
        List<double[][]> ofReadouts = new ArrayList<>();
        List<double[][]> ofMaps = new ArrayList<>();
        maps.forEach(map -> ofMaps.add(new double[map.length][map[0].length]));
        for (int l = 0; l < hops.size(); l++) {
            if (l < first()) {
                ofReadouts.add(new double[0][]);
                continue;
            }
            // V G_lᵀ with V = 2 (f - Y)
            double[][] seen = Dense.product(v, Dense.transposed(hops.get(l)));
            seen = Dense.sum(seen, 1, seen);
            ofReadouts.add(Dense.product(seen, Dense.transposed(products.get(l))));
            double[][] left = readouts.get(l);
            for (int i = l; i >= 1; i--) {
                double[][] part = Dense.product(
                        Dense.product(Dense.transposed(left), seen), Dense.transposed(products.get(i - 1)));
                ofMaps.set(i - 1, Dense.sum(ofMaps.get(i - 1), 1, part));
                left = Dense.product(left, maps.get(i - 1));
            }
        }
        return new Gradients(ofReadouts, ofMaps);
    }

    /** P_0 … P_H. */
    private List<double[][]> products() {
        List<double[][]> products = new ArrayList<>();
        products.add(Dense.identity(hops.getFirst().length));
        for (double[][] map : maps) {
            products.add(Dense.product(map, products.getLast()));
        }
        return products;
    }

    /** f - Y. */
    private double[][] error(List<double[][]> products) {
        double[][] error = Dense.sum(labels, -2, labels);
        for (int l = first(); l < hops.size(); l++) {
            error = Dense.sum(error, 1, Dense.product(Dense.product(readouts.get(l), products.get(l)), hops.get(l)));
        }
        return error;
    }

    private int first() {
        return allHops ? 0 : hops.size() - 1;
    }
}
