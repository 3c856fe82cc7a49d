package io.anabranch.learn.probe;

import io.anabranch.learn.tensor.SymmetricEigen;
import java.util.List;

/**
 * How far the weights of a stack of layers let every direction of the features through: the second factor of the rate at which a linear graph
 * network learns, 4 λ σ² (Xu et al., ICML 2021), beside the σ² of {@link HopFigures}.
 */
public final class LayerProducts {

    private LayerProducts() {}

    /**
     * λ at one moment: the least squared singular value of P_l = B_l … B_1 over the levels l that are read out, of those min(features, width)
     * that the shape of P_l leaves. The theorem asks for all directions of the features: where a layer is narrower than they are, its own λ
     * is 0 and it says nothing; then this tells whether the layers have lost more than their width took. Activations between the layers are
     * not in it.
     *
     * @param weights the transposes of B_1 … B_H, [in][out] as layers have them; at least one
     * @param allHops whether level 0 and all others are read out; else the last alone
     */
    public static double lambda(List<double[][]> weights, boolean allHops) {
        double least = allHops ? 1 : Double.POSITIVE_INFINITY;
        double[][] product = weights.getFirst();
        for (int l = 1; l < weights.size(); l++) {
            least = allHops ? Math.min(least, leastSquaredSingularValue(product)) : least;
            product = Dense.product(product, weights.get(l));
        }
        return Math.min(least, leastSquaredSingularValue(product));
    }

    private static double leastSquaredSingularValue(double[][] a) {
        double[][] transposed = Dense.transposed(a);
        double[][] gram = a.length < transposed.length ? Dense.product(a, transposed) : Dense.product(transposed, a);
        return Math.max(0, SymmetricEigen.of(gram, new double[0][]).values()[0]);
    }
}
