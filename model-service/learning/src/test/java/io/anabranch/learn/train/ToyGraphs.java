package io.anabranch.learn.train;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.snapshot.GraphSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Small graphs with planted communities: nodes of one community are often connected, and their features say only weakly which
 * one it is. What a node's neighbours tell is what makes the task easy.
 */
final class ToyGraphs {

    static final String TASK = "community";
    static final int COMMUNITIES = 3;
    static final int DIMENSION = 6;

    private static final int NODES = 150;

    private ToyGraphs() {}

    /** Each node labelled with its community, half of them for training. */
    static GraphSnapshot communities(long seed) {
        return labelled(seed, node -> new LabelValue.OneClass("c" + community(node)));
    }

    /** Labels {@code a}, {@code b} or both. */
    static GraphSnapshot labelSets(long seed) {
        List<List<String>> sets = List.of(List.of("a"), List.of("a", "b"), List.of("b"));
        return labelled(seed, node -> LabelValue.ClassSet.of(sets.get(community(node))));
    }

    /** A number per community, far from zero. */
    static GraphSnapshot targets(long seed) {
        return labelled(seed, node -> new LabelValue.Target(1000 + 50 * community(node)));
    }

    /**
     * Each node has a fifth of 1,200 words; of the first 60, half of those twenty that belong to its community. Rows of so
     * many words are faint once they are normalised.
     */
    static GraphSnapshot words(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        GraphSnapshot.Builder graph = GraphSnapshot.builder(1_200);
        for (int v = 0; v < NODES; v++) {
            int community = community(v);
            int[] words = IntStream.range(0, 1_200)
                    .filter(word -> random.nextDouble() < (word / 20 == community ? 0.5 : 0.2))
                    .toArray();
            float[] ones = new float[words.length];
            Arrays.fill(ones, 1);
            graph.node(id(v), "", FeatureVector.sparse(1_200, words, ones));
            graph.label(
                    id(v),
                    new Label(TASK, new LabelValue.OneClass("c" + community), Part.values()[v / COMMUNITIES % 3]));
            for (int i = 0; i < 3; i++) {
                connect(graph, random, v, random.nextInt(NODES / COMMUNITIES) * COMMUNITIES + community, i);
            }
        }
        return graph.build();
    }

    /** One node in ten is of class {@code bad}, those are connected among themselves. */
    static GraphSnapshot rare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        GraphSnapshot.Builder graph = GraphSnapshot.builder(DIMENSION);
        int nodes = 400;
        for (int v = 0; v < nodes; v++) {
            boolean bad = v % 10 == 0;
            graph.node(id(v), "", features(random, bad ? 0 : 1));
            graph.label(
                    id(v), new Label(TASK, new LabelValue.OneClass(bad ? "bad" : "good"), Part.values()[v / 10 % 3]));
            for (int i = 0; i < 4; i++) {
                int other = bad ? random.nextInt(nodes / 10) * 10 : random.nextInt(nodes);
                connect(graph, random, v, other, i);
            }
        }
        return graph.build();
    }

    static GraphSnapshot.Builder unlabelled(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        GraphSnapshot.Builder graph = GraphSnapshot.builder(DIMENSION);
        for (int v = 0; v < NODES; v++) {
            graph.node(id(v), "", features(random, community(v)));
            for (int i = 0; i < 5; i++) {
                int within = random.nextInt(NODES / COMMUNITIES) * COMMUNITIES + community(v);
                connect(graph, random, v, random.nextInt(20) == 0 ? random.nextInt(NODES) : within, i);
            }
        }
        return graph;
    }

    static String id(int node) {
        return "n%03d".formatted(node);
    }

    private static GraphSnapshot labelled(long seed, IntFunction<LabelValue> value) {
        GraphSnapshot.Builder graph = unlabelled(seed);
        for (int v = 0; v < NODES; v++) {
            Part part = v / COMMUNITIES % 2 == 0 ? Part.TRAIN : v / COMMUNITIES % 4 == 1 ? Part.VALIDATION : Part.TEST;
            graph.label(id(v), new Label(TASK, value.apply(v), part));
        }
        return graph.build();
    }

    private static int community(int node) {
        return node % COMMUNITIES;
    }

    private static FeatureVector features(SplittableRandom random, int community) {
        float[] values = new float[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            values[j] = (float) (random.nextGaussian() + (j == community ? 0.7 : 0));
        }
        return FeatureVector.dense(values);
    }

    /** Both directions; the type keeps repeated pairs apart. */
    private static void connect(GraphSnapshot.Builder graph, SplittableRandom random, int a, int b, int number) {
        if (a == b) {
            return;
        }
        float weight = 0.75f + random.nextFloat() / 2;
        String type = "t%d-%d".formatted(a, number);
        graph.edge(new EdgeId(id(a), id(b), type), weight);
        graph.edge(new EdgeId(id(b), id(a), type), weight);
    }
}
