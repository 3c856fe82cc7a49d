package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import java.util.ArrayList;
import java.util.List;

/**
 * Vertices apart from the load, of which it is known at every moment what a reader may see.
 *
 * <p>The <b>quiet</b> ones never change, so there is one right answer per model version. The <b>counters</b> are pairs: the
 * features of the source are a function of a count that only grows, and the sink, mostly in another partition, has the source as
 * its one neighbour. A reader may see them at any count that was sent, and never at an earlier one than before.
 */
final class Probes {

    static final int QUIET = 12;
    static final int COUNTERS = 4;

    private Probes() {}

    static List<String> quietIds() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < QUIET; i++) {
            ids.add("quiet-" + i);
        }
        return ids;
    }

    static String source(int counter) {
        return "count-" + counter;
    }

    static String sink(int counter) {
        return "counted-" + counter;
    }

    /** The counter that the vertex is the source or the sink of; -1: none. */
    static int counterOf(String vertex) {
        for (int counter = 0; counter < COUNTERS; counter++) {
            if (vertex.equals(source(counter)) || vertex.equals(sink(counter))) {
                return counter;
            }
        }
        return -1;
    }

    /** The counter that the count belongs to: they take turns. */
    static int counterOf(int count) {
        return count % COUNTERS;
    }

    /** Everything that the probes are at the start, counters at 0. */
    static List<Draft> bootstrap() {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < QUIET; i++) {
            drafts.add(node("quiet-" + i, 1000 + i));
            drafts.add(edge("quiet-" + i, "quiet-" + (i + 1) % QUIET, 0.5f + i));
            drafts.add(edge("quiet-" + i, "quiet-" + (i + 5) % QUIET, 1));
        }
        for (int counter = 0; counter < COUNTERS; counter++) {
            drafts.add(count(counter, 0));
            drafts.add(node(sink(counter), 2000 + counter));
            drafts.add(edge(source(counter), sink(counter), 1));
        }
        return drafts;
    }

    /** The event that brings a counter to this count; its id is {@link #countId}. */
    static Draft count(int counter, int count) {
        return node(source(counter), count);
    }

    static String countId(int counter, int count) {
        return source(counter) + "@" + count;
    }

    /** The quiet vertices alone. */
    static FoldedGraph quietGraph() {
        return graph(bootstrap().subList(0, 3 * QUIET));
    }

    /** A counter and its sink at this count. */
    static FoldedGraph counterGraph(int counter, int count) {
        return graph(List.of(
                count(counter, count), node(sink(counter), 2000 + counter), edge(source(counter), sink(counter), 1)));
    }

    private static FoldedGraph graph(List<Draft> drafts) {
        GraphFold fold = new GraphFold(EventMix.DIMENSION);
        for (Draft draft : drafts) {
            GraphEvent event = draft.event();
            if (event != null) {
                fold.write(event, 0);
            }
        }
        return fold.result();
    }

    private static Draft node(String id, int number) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (int i = 0; i < EventMix.DIMENSION; i++) {
            row.addValues((float) Math.sin(number * 0.37 * (i + 1)));
        }
        NodeUpsert node = NodeUpsert.newBuilder()
                .setId(id)
                .setFeatures(Features.newBuilder().setDense(row))
                .build();
        return draft(GraphEvent.newBuilder().setNodeUpsert(node), id + "@" + number, id);
    }

    private static Draft edge(String source, String target, float weight) {
        EdgeUpsert edge = EdgeUpsert.newBuilder()
                .setSource(source)
                .setTarget(target)
                .setWeight(weight)
                .build();
        return draft(GraphEvent.newBuilder().setEdgeUpsert(edge), source + "->" + target, source);
    }

    private static Draft draft(GraphEvent.Builder event, String id, String route) {
        return Draft.accepted(event.setEventId(id).build(), route);
    }
}
