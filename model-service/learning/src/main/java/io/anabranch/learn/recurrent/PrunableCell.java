package io.anabranch.learn.recurrent;

import io.anabranch.learn.spectral.KeptUnits;
import java.util.List;

/**
 * A cell of whose units some can stand for all (spectral pruning, Furuya et al., AISTATS 2022). The output is groups of equally many units side by
 * side, and each group loses as many: a reversible cell's halves stay equal.
 */
public interface PrunableCell extends RecurrentCell {

    /** How many groups the output is made of. */
    int groups();

    /** The matrices of the cell itself that a group's units are read through, with a row for each unit: [w][columns]. */
    List<double[][]> readers(int group);

    /** How much is written to each unit of a group and read of it by the cell: the sum of the weights' magnitudes, [w]. */
    double[] magnitudes(int group);

    /**
     * A cell with fewer units and copies of the weights that are left, which the caller owns. Units that stay are written as before, and read
     * in place of all.
     *
     * @param kept of each group; equally many
     * @param reconstructed whether who read all units now reads the best guess at them, instead of those that stay alone
     * @throws IllegalArgumentException if the groups would become unequal
     */
    PrunableCell pruned(List<KeptUnits> kept, boolean reconstructed);
}
