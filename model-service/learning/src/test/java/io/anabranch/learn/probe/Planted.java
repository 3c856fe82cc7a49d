package io.anabranch.learn.probe;

import io.anabranch.learn.gnn.FeatureRows;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.model.v1.Convolution;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Two communities, even and odd vertices, on a directed graph of which most edges stay within; features say weakly which one it is. */
record Planted(MessageGraph graph, FeatureRows features, int[] vertices, int[] classes) {

    private static final int SENDERS = 6;

    static Planted of(long seed, int n, int width) {
        return of(seed, n, width, 0.95);
    }

    /** {@code within} of the edges come from the own community. */
    static Planted of(long seed, int n, int width, double within) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n * width];
        for (int i = 0; i < values.length; i++) {
            int community = i / width % 2;
            values[i] = (float) (random.nextGaussian() + (i % width == 0 ? (community == 0 ? 1 : -1) : 0));
        }
        int[] sources = new int[n * SENDERS];
        int[] targets = new int[n * SENDERS];
        float[] weights = new float[n * SENDERS];
        for (int e = 0; e < sources.length; e++) {
            targets[e] = e / SENDERS;
            int any = 2 * random.nextInt(n / 2);
            sources[e] = random.nextDouble() < within ? any + targets[e] % 2 : any + 1 - targets[e] % 2;
            weights[e] = 1;
        }
        return new Planted(
                MessageGraph.ofEdges(n, sources, targets, weights),
                new FeatureRows.Dense(n, width, values),
                IntStream.range(0, n).toArray(),
                IntStream.range(0, n).map(v -> v % 2).toArray());
    }

    int[] permuted() {
        int[] permuted = classes.clone();
        SplittableRandom random = new SplittableRandom(99);
        for (int i = permuted.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = permuted[i];
            permuted[i] = permuted[j];
            permuted[j] = kept;
        }
        return permuted;
    }

    ProbeReport probe(int[] of) {
        return TrainabilityProbe.measure(
                graph,
                Convolution.CONVOLUTION_GCN,
                features,
                TrainingRows.ofClasses(vertices, of, 2).centred(),
                ProbeOptions.defaults());
    }
}
