package io.anabranch.learn.probe;

import java.util.Map;
import java.util.TreeMap;

/**
 * What n training rows look like through the features G that a depth offers, each row of labels a combination of G's rows: those of one hop,
 * G_l = X S^l, or of all hops up to it, one below the other.
 *
 * @param hop l
 * @param rank numerical rank of G
 * @param smallest σ_min², the smallest eigenvalue of the smaller Gram matrix; 0 where G has not full rank
 * @param smallestNonZero the smallest that counts as more than zero. The convergence bound may use it: the part of the error that can be
 *     learnt lies in the row space of G, where no direction is slower
 * @param greatest σ_max²
 * @param alignment |Y Q|²/|Y|², Q an orthonormal basis of G's row space: the share of the labels that a linear map can reach at all. 1 as
 *     soon as there are as many independent features as training rows; then it says nothing
 * @param optimum L* = min over M of |M G - Y|² = |Y|² (1 - alignment)
 * @param heldOut held-out alignment: 1 - the expected squared error on a row that was left out, over that of the mean label, by generalised
 *     cross-validation (Golub, Heath and Wahba 1979) of ridge regression at its best ridge. From 0, which noise has, to 1; it tells
 *     depths apart where {@code alignment} is 1 for all
 */
public record HopFigures(
        int hop,
        int rank,
        double smallest,
        double smallestNonZero,
        double greatest,
        double alignment,
        double optimum,
        double heldOut) {

    Map<String, Double> named(String prefix) {
        Map<String, Double> named = new TreeMap<>();
        named.put(prefix + ".rank", (double) rank);
        named.put(prefix + ".sigma_min_squared", smallest);
        named.put(prefix + ".sigma_min_squared_nonzero", smallestNonZero);
        named.put(prefix + ".sigma_max_squared", greatest);
        named.put(prefix + ".alignment", alignment);
        named.put(prefix + ".optimum", optimum);
        named.put(prefix + ".held_out_alignment", heldOut);
        return named;
    }
}
