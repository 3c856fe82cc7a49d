package io.anabranch.learn.probe;

import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.gnn.Propagation;
import io.anabranch.model.v1.Convolution;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at a graph as a linear network would (Xu et al., ICML 2021): with X the features, S what the convolution sums with, and I the
 * training rows, the network of l hops is a linear map of G_l = (X S^l) at I, and one that shows all its hops is a linear map of
 * G_0 … G_l, one below the other. In those G lies how fast and how far it can learn; see {@link HopFigures}.
 *
 * <p>Cost of H hops over n training rows with m features: H min(m, n) products per edge, and H n per feature value where n is the smaller; then, where (H + 1) m is at most n and the side allowed,
 * n ((H + 1) m)² for one Gram matrix and 2 ((H + 1) m)³ for its eigenvalues, else (H + 1) n² m and (2 H + 1) 2 n³. Memory: a block of
 * 64 MiB twice, the rows of all levels up to 512 MiB, and 8 bytes per element of the Gram matrices, H + 2 of [n, n].
 */
public final class TrainabilityProbe {

    /** What the stack of all hops of few features may hold: 512 MiB. */
    private static final long MOST_STACKED = 1L << 26;

    private TrainabilityProbe() {}

    /**
     * @param features as the network sees them, a row per vertex
     * @param rows labels as they are to be reached: {@link TrainingRows#centred} where the network has a bias
     */
    public static ProbeReport measure(
            MessageGraph graph,
            Convolution convolution,
            FeatureRows features,
            TrainingRows rows,
            ProbeOptions options) {
        int n = rows.vertices().length;
        if (n == 0) {
            throw new IllegalArgumentException("There are (0) training rows; a probe needs some.");
        }
        int side = Math.multiplyExact(options.hops() + 1, features.dimension());
        boolean outer = side <= options.mostSide() && side <= n;
        int most = outer ? (int) Math.min(Integer.MAX_VALUE, MOST_STACKED / side) : options.mostSide();
        List<String> notes = new ArrayList<>();
        TrainingRows used = rows.sampled(most, options.seed());
        if (n > most) {
            notes.add("The probe sampled (%d) of (%d) training rows.".formatted(most, n));
        }
        HopRows source = new HopRows(Propagation.of(graph, convolution), features, used.vertices(), options.hops());
        HopGrams grams = new HopGrams(used, features.dimension(), options.hops(), options.rankTolerance());
        HopGrams.Figures figures = outer ? grams.outer(source) : grams.inner(source);
        if (figures.stacked().getFirst().alignment() > 1 - 1e-9) {
            notes.add(
                    "The features alone already span all labels of the training rows, so the alignment is 1 at every depth; the held-out alignment tells depths apart.");
        }
        return new ProbeReport(
                used.vertices().length, n, used.labels().length, figures.single(), figures.stacked(), notes);
    }
}
