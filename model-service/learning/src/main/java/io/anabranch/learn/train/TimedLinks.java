package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import io.anabranch.learn.gnn.MessageGraph;
import io.anabranch.learn.history.GraphHistories;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongLinkedOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Edges to be learnt and to be held out by time, and what was known before them. Of the edge events in the order of time the last {@value #SHARE} are the
 * test part, as many before these the validation part, and as many before these are learnt. Messages and histories are those of the events
 * before: no later event is read, and events of one time stay together. A pair counts once in a part, and an edge that was deleted since counts too.
 *
 * @param split its messages are the edges that the events before the cut wrote, with the weights of the last ones
 * @param histories before the cut
 */
record TimedLinks(LinkSplit split, GraphHistories histories) {

    static final double SHARE = 0.15;

    private static final int FEWEST_PAIRS = 10;

    private record Edge(int source, int target, int type) {}

    static TimedLinks of(GraphHistories histories) {
        int[] owners = owners(histories);
        int[] events = IntStream.range(0, histories.total())
                .filter(i -> histories.source(i) && histories.node(i) != GraphHistories.ELSEWHERE)
                .toArray();
        IntArrays.stableSort(events, (a, b) -> Long.compare(histories.time(a), histories.time(b)));
        long cut = time(histories, events, 3);
        long validation = time(histories, events, 2);
        long test = time(histories, events, 1);
        LongSet connected = new LongLinkedOpenHashSet();
        Map<Part, LongSet> pairs = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            pairs.put(part, new LongLinkedOpenHashSet());
        }
        Map<Edge, Float> before = new LinkedHashMap<>();
        for (int i : events) {
            int source = owners[i];
            int target = histories.node(i);
            if (histories.time(i) < cut) {
                before.put(new Edge(source, target, histories.type(i)), histories.weight(i));
            }
            if (source == target) {
                continue;
            }
            long pair = VertexPairs.pack(source, target);
            connected.add(pair);
            if (histories.time(i) >= cut) {
                long time = histories.time(i);
                Part part = time < validation ? Part.TRAIN : time < test ? Part.VALIDATION : Part.TEST;
                pairs.computeIfAbsent(part, none -> new LongLinkedOpenHashSet()).add(pair);
            }
        }
        Map<Part, VertexPairs> positives = new EnumMap<>(Part.class);
        pairs.forEach((part, set) -> positives.put(part, positives(part, set)));
        return new TimedLinks(
                new LinkSplit(connected, positives, messages(histories.vertices(), before)), histories.before(cut));
    }

    /** The time of the event behind which so many times the share of all is left. */
    private static long time(GraphHistories histories, int[] events, int shares) {
        if (events.length < FEWEST_PAIRS) {
            throw new TrainingException("The graph has (%d) edge events; link prediction by time needs %d."
                    .formatted(events.length, FEWEST_PAIRS));
        }
        return histories.time(events[(int) (events.length * (1 - shares * SHARE))]);
    }

    private static VertexPairs positives(Part part, LongSet pairs) {
        int least = part == Part.TRAIN ? FEWEST_PAIRS : 1;
        if (pairs.size() < least) {
            throw new TrainingException(
                    "By time the part (%s) has (%d) pairs of vertices; link prediction needs %d.\nMaybe all edges have the same time."
                            .formatted(part, pairs.size(), least));
        }
        return new VertexPairs(pairs.toLongArray());
    }

    private static MessageGraph messages(int vertices, Map<Edge, Float> edges) {
        float[] weights = new float[edges.size()];
        int at = 0;
        for (float weight : edges.values()) {
            weights[at++] = weight;
        }
        return MessageGraph.ofEdges(
                vertices,
                edges.keySet().stream().mapToInt(Edge::source).toArray(),
                edges.keySet().stream().mapToInt(Edge::target).toArray(),
                weights);
    }

    /** By step: whose it is. */
    private static int[] owners(GraphHistories histories) {
        int[] vertices = new int[histories.total()];
        for (int v = 0; v < histories.vertices(); v++) {
            Arrays.fill(vertices, histories.first(v), histories.first(v + 1), v);
        }
        return vertices;
    }
}
