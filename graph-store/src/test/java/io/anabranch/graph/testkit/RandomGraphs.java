package io.anabranch.graph.testkit;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Seeded random graphs, as the mutations that build them: every vertex upserted, then every edge, all at different times. */
public final class RandomGraphs {

    private RandomGraphs() {}

    /** Both ends of every edge uniform; self-loops may occur, parallel edges don't. */
    public static List<GraphMutation> uniform(RandomGenerator random, int vertices, int edges, int featureDimension) {
        Set<EdgeId> drawn = new LinkedHashSet<>();
        long possible = Math.min(edges, (long) vertices * vertices);
        while (drawn.size() < possible) {
            drawn.add(new EdgeId(id(random.nextInt(vertices)), id(random.nextInt(vertices)), ""));
        }
        return build(random, vertices, drawn, featureDimension);
    }

    /**
     * In-degrees by a power law: the target of an edge is vertex floor(n · x^skew), x uniform, so low numbers are hubs.
     *
     * @param skew 1 is uniform; 3 gives vertex 0 about a tenth of 1,000 vertices' edges
     */
    public static List<GraphMutation> skewed(
            RandomGenerator random, int vertices, int edges, double skew, int featureDimension) {
        Set<EdgeId> drawn = new LinkedHashSet<>();
        for (int tries = 0; drawn.size() < edges && tries < 20 * edges; tries++) {
            int target = (int) (vertices * Math.pow(random.nextDouble(), skew));
            drawn.add(new EdgeId(id(random.nextInt(vertices)), id(target), ""));
        }
        return build(random, vertices, drawn, featureDimension);
    }

    /**
     * Communities: edges run in both directions, {@code within} of them between members of one class; the label of task "class"
     * is the community, and features are Gaussian around the community's own axis.
     *
     * @param within probability that an edge stays within a community
     */
    public static List<GraphMutation> communities(
            RandomGenerator random, int vertices, int edges, int classes, double within, int featureDimension) {
        List<GraphMutation> mutations = new ArrayList<>();
        long time = 1;
        for (int v = 0; v < vertices; v++) {
            float[] row = new float[featureDimension];
            for (int i = 0; i < featureDimension; i++) {
                row[i] = (float) random.nextGaussian() + (i % classes == v % classes ? 1f : 0f);
            }
            String id = id(v);
            mutations.add(new GraphMutation.UpsertNode(id, "", FeatureVector.dense(row), time++));
            Label label = new Label("class", new LabelValue.OneClass("c" + v % classes), Part.byHash(id, "class"));
            mutations.add(new GraphMutation.SetLabel(id, label, time++));
        }
        for (int e = 0; e < edges; e++) {
            int a = random.nextInt(vertices);
            int b = random.nextInt(vertices);
            if (random.nextDouble() < within) {
                b = Math.min(vertices - 1, b - b % classes + a % classes);
            }
            if (a != b) {
                mutations.add(upsert(new EdgeId(id(a), id(b), ""), 1, time++));
                mutations.add(upsert(new EdgeId(id(b), id(a), ""), 1, time++));
            }
        }
        return mutations;
    }

    private static List<GraphMutation> build(
            RandomGenerator random, int vertices, Set<EdgeId> edges, int featureDimension) {
        List<GraphMutation> mutations = new ArrayList<>();
        long time = 1;
        for (int v = 0; v < vertices; v++) {
            mutations.add(
                    new GraphMutation.UpsertNode(id(v), "", EventTraces.features(random, featureDimension), time++));
        }
        for (EdgeId edge : edges) {
            mutations.add(upsert(edge, random.nextInt(3) == 0 ? random.nextFloat() * 2 : 1, time++));
        }
        return mutations;
    }

    private static GraphMutation upsert(EdgeId edge, float weight, long time) {
        return new GraphMutation.UpsertEdge(edge, weight, Provenance.OBSERVED, time);
    }

    private static String id(int vertex) {
        return "v" + vertex;
    }
}
