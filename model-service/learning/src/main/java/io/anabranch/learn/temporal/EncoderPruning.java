package io.anabranch.learn.temporal;

import io.anabranch.learn.recurrent.PrunableCell;
import io.anabranch.learn.spectral.KeptUnits;
import io.anabranch.learn.spectral.SecondMoments;
import io.anabranch.learn.spectral.SpectralPruning;
import io.anabranch.learn.spectral.UnitStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model whose encoder remembers with fewer units, without training on (spectral pruning, Furuya et al., AISTATS 2022). What the units are worth is
 * judged by what they showed after past events; who read all of them, the cell itself and the head, reads the best guess at them.
 *
 * @param units that stay, of each group of the cell (a half of a reversible one, else all)
 * @param reconstructed false, for comparison: the units that stay are read as before, and nothing in place of the others
 * @param theta how much giving back all units counts against giving back what is read of them, 0 to 1
 * @param ridge as a share of the mean square of a unit, more than 0
 * @param seed of drawn units
 */
public record EncoderPruning(
        int units, UnitStrategy strategy, boolean reconstructed, double theta, double ridge, long seed) {

    /** Chosen greedily and reconstructed, both losses alike, with a ridge of a millionth. */
    public static EncoderPruning to(int units) {
        return new EncoderPruning(units, UnitStrategy.GREEDY, true, 0.5, 1e-6, 0);
    }

    public EncoderPruning with(UnitStrategy other, boolean reconstruction, long otherSeed) {
        return new EncoderPruning(units, other, reconstruction, theta, ridge, otherSeed);
    }

    /**
     * A smaller model.
     *
     * @param model which the caller owns
     * @param kept what stays of each group, with the information losses
     * @param degreesOfFreedom of each group, as how many units its states count at the ridge's scale
     */
    public record Pruned(TemporalLinkModel model, List<KeptUnits> kept, List<Double> degreesOfFreedom) {

        public Pruned {
            kept = List.copyOf(kept);
            degreesOfFreedom = List.copyOf(degreesOfFreedom);
        }
    }

    /**
     * @param events by the first how many of them to judge
     * @throws IllegalArgumentException if the model's encoder cannot lose units, or has not as many
     */
    public Pruned prune(TemporalLinkModel model, int events) {
        PrunableCell cell = model.prunableCell();
        SecondMoments moments = model.moments(events);
        int width = cell.outputWidth() / cell.groups();
        List<KeptUnits> kept = new ArrayList<>();
        List<Double> freedom = new ArrayList<>();
        for (int group = 0; group < cell.groups(); group++) {
            int from = group * width;
            double[][] block = moments.block(from, from + width);
            double[][] head = model.head().readers(from, from + width);
            List<double[][]> readers = new ArrayList<>(cell.readers(group));
            readers.add(head);
            double tau = ridge * trace(block) / width;
            KeptUnits stay = new SpectralPruning(SpectralPruning.readers(readers), theta, tau)
                    .choose(block, units, strategy, magnitudes(cell, group, head), seed);
            kept.add(stay);
            freedom.add(SpectralPruning.degreesOfFreedom(block, tau));
        }
        PrunableCell small = cell.pruned(kept, reconstructed);
        double[][] head = model.head().readers(0, cell.outputWidth());
        double[][] reading = reconstructed ? reading(model.momentsBeside(small, events), head) : own(kept, head);
        return new Pruned(
                model.with(small, model.head().reading(Arrays.asList(reading), cell.outputWidth())), kept, freedom);
    }

    /**
     * Weights that read the pruned cell: the best guess at what the whole one would show from what the pruned one does show. That is not what
     * its units showed in the whole one, for each step rests on guesses of the steps before.
     *
     * @param moments of what the pruned cell shows, and behind it the whole one
     * @param head the weights that read the whole cell
     */
    private double[][] reading(SecondMoments moments, double[][] head) {
        double[][] both = moments.matrix();
        int shown = both.length - head.length;
        double[][] weights = new double[both.length][head[0].length];
        System.arraycopy(head, 0, weights, shown, head.length);
        double tau = ridge * trace(both) / both.length;
        return new SpectralPruning(SpectralPruning.readers(List.<double[][]>of(weights)), theta, tau)
                .kept(both, IntStream.range(0, shown).toArray())
                .reading(weights);
    }

    private static double[][] own(List<KeptUnits> kept, double[][] head) {
        int width = head.length / kept.size();
        List<double[]> rows = new ArrayList<>();
        for (int group = 0; group < kept.size(); group++) {
            double[][] ofGroup = Arrays.copyOfRange(head, group * width, (group + 1) * width);
            rows.addAll(Arrays.asList(kept.get(group).own(ofGroup)));
        }
        return rows.toArray(double[][]::new);
    }

    private static double[] magnitudes(PrunableCell cell, int group, double[][] head) {
        double[] magnitudes = cell.magnitudes(group);
        for (int unit = 0; unit < magnitudes.length; unit++) {
            magnitudes[unit] += Arrays.stream(head[unit]).map(Math::abs).sum();
        }
        return magnitudes;
    }

    private static double trace(double[][] moments) {
        double sum = 0;
        for (int i = 0; i < moments.length; i++) {
            sum += moments[i][i];
        }
        return sum;
    }
}
