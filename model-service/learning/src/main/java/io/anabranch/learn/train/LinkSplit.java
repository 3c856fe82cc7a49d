package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.gnn.MessageGraph;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Which connected pairs are learnt from and which are held out. A pair goes with all its edges, both directions and all
 * parallels: none of them sends a message while its pair is to be predicted.
 *
 * @param connected all pairs with an edge, self-edges left out
 * @param positives the connected pairs per part
 * @param messages the graph without the held-out pairs' edges
 */
record LinkSplit(LongSet connected, Map<Part, VertexPairs> positives, MessageGraph messages) {

    private static final int FEWEST_PAIRS = 10;

    /** Shuffles with the generator; {@code share} of the pairs go to the validation part and as many to the test part. */
    static LinkSplit of(MessageGraph graph, double share, RandomGenerator random) {
        LongSet connected = new LongLinkedOpenHashSet();
        for (int v = 0; v < graph.vertices(); v++) {
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                if (graph.source(e) != v) {
                    connected.add(VertexPairs.pack(graph.source(e), v));
                }
            }
        }
        if (connected.size() < FEWEST_PAIRS) {
            throw new TrainingException("The graph has (%d) connected pairs of vertices; link prediction needs %d."
                    .formatted(connected.size(), FEWEST_PAIRS));
        }
        long[] pairs = connected.toLongArray();
        for (int i = pairs.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long swapped = pairs[i];
            pairs[i] = pairs[other];
            pairs[other] = swapped;
        }
        int heldOut = Math.max(1, (int) (share * pairs.length));
        Map<Part, VertexPairs> positives = new EnumMap<>(Part.class);
        positives.put(Part.TEST, slice(pairs, 0, heldOut));
        positives.put(Part.VALIDATION, slice(pairs, heldOut, 2 * heldOut));
        VertexPairs train = slice(pairs, 2 * heldOut, pairs.length);
        positives.put(Part.TRAIN, train);
        return new LinkSplit(connected, positives, withOnly(graph, train.asSet()));
    }

    VertexPairs positives(Part part) {
        VertexPairs pairs = positives.get(part);
        if (pairs == null) {
            throw new IllegalStateException("The part (%s) has no pairs.".formatted(part));
        }
        return pairs;
    }

    private static VertexPairs slice(long[] pairs, int from, int to) {
        return new VertexPairs(Arrays.copyOfRange(pairs, from, to));
    }

    private static MessageGraph withOnly(MessageGraph graph, LongSet pairs) {
        int[] sources = new int[graph.edges()];
        int[] targets = new int[graph.edges()];
        float[] weights = new float[graph.edges()];
        int kept = 0;
        for (int v = 0; v < graph.vertices(); v++) {
            for (int e = graph.firstEdge(v); e < graph.firstEdge(v + 1); e++) {
                if (graph.source(e) == v || pairs.contains(VertexPairs.pack(graph.source(e), v))) {
                    sources[kept] = graph.source(e);
                    targets[kept] = v;
                    weights[kept++] = graph.weight(e);
                }
            }
        }
        return MessageGraph.ofEdges(
                graph.vertices(),
                Arrays.copyOf(sources, kept),
                Arrays.copyOf(targets, kept),
                Arrays.copyOf(weights, kept));
    }
}
