package io.anabranch.learn.history;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Provenance;
import io.anabranch.graph.snapshot.GraphSnapshot;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntArrays;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The edge events of a graph in whatever order they come, until histories are made of them. Of events with the same edge and time the one that was
 * told later holds; what is erased never was, even if it is told again; and a delete of a vertex ends its steps up to then, that time included.
 *
 * <p>Memory: 24 bytes an event, and every id once. Not thread-safe.
 */
public final class EventLog {

    private record Event(int source, int target, int type, long timeMs) {}

    private static final int SOURCE_END = 1;
    private static final int TARGET_END = 2;
    private static final int BOTH_ENDS = SOURCE_END | TARGET_END;
    private static final int END_BITS = 2;

    private final Names ids = new Names();
    private final Names types = new Names();
    private final IntArrayList sources = new IntArrayList();
    private final IntArrayList targets = new IntArrayList();
    /** Four times the number of the type, and whose steps it is. */
    private final IntArrayList kinds = new IntArrayList();

    private final LongArrayList times = new LongArrayList();
    private final FloatArrayList weights = new FloatArrayList();
    private final Set<Event> erased = new HashSet<>();
    /** By vertex that was deleted. */
    private final Int2LongOpenHashMap deleted = new Int2LongOpenHashMap();

    public EventLog() {
        deleted.defaultReturnValue(Long.MIN_VALUE);
    }

    /** The events that mutations say; those that say no more than others of a graph are passed over. */
    public static EventLog of(Stream<GraphMutation> mutations) {
        EventLog log = new EventLog();
        mutations.forEach(log::take);
        return log;
    }

    /** The event that a mutation says, if it says one. */
    public void take(GraphMutation mutation) {
        switch (mutation) {
            case GraphMutation.UpsertEdge m
            when m.provenance() == Provenance.OBSERVED -> edge(m.edge(), m.weight(), m.time());
            case GraphMutation.EraseEdge m -> erase(m.edge(), m.erasedTime());
            case GraphMutation.RemoveNode m -> delete(m.id(), m.time());
            case GraphMutation.UpsertEdge m -> {}
            case GraphMutation.RemoveEdge m -> {}
            case GraphMutation.UpsertNode m -> {}
            case GraphMutation.PatchNode m -> {}
            case GraphMutation.SetLabel m -> {}
            case GraphMutation.RemoveLabel m -> {}
        }
    }

    /** A directed edge was observed: a step of both its ends. */
    public void edge(EdgeId edge, float weight, long timeMs) {
        add(edge, weight, timeMs, BOTH_ENDS);
    }

    /** What an observed edge was to one of its ends alone. */
    public void step(boolean ofSource, EdgeId edge, float weight, long timeMs) {
        add(edge, weight, timeMs, ofSource ? SOURCE_END : TARGET_END);
    }

    private void add(EdgeId edge, float weight, long timeMs, int ends) {
        sources.add(ids.number(edge.source()));
        targets.add(ids.number(edge.target()));
        kinds.add(types.number(edge.type()) << END_BITS | ends);
        times.add(timeMs);
        weights.add(weight);
    }

    /** The event of this edge and time is to be as if it had never been. */
    public void erase(EdgeId edge, long timeMs) {
        erased.add(new Event(ids.number(edge.source()), ids.number(edge.target()), types.number(edge.type()), timeMs));
    }

    /** The vertex was deleted; of several deletes the last in time counts. */
    public void delete(String vertex, long timeMs) {
        int number = ids.number(vertex);
        deleted.put(number, Math.max(timeMs, deleted.get(number)));
    }

    /** Events told so far, with those told again. */
    public int events() {
        return sources.size();
    }

    /** What the vertices of a snapshot did. O(n log n) for n events. */
    public GraphHistories of(GraphSnapshot graph) {
        return of(graph.nodeIds());
    }

    /** What these vertices did. */
    GraphHistories of(List<String> vertices) {
        int[] nodes = new int[ids.size()];
        Arrays.fill(nodes, GraphHistories.ELSEWHERE);
        for (int v = 0; v < vertices.size(); v++) {
            int number = ids.find(vertices.get(v));
            if (number >= 0) {
                nodes[number] = v;
            }
        }
        HistoryAssembly assembly = new HistoryAssembly(vertices, types.names());
        int[] order = ordered();
        int ends = 0;
        for (int i = 0; i < order.length; i++) {
            int e = order[i];
            ends |= kinds.getInt(e) & BOTH_ENDS;
            boolean toldAgain = i + 1 < order.length && event(e).equals(event(order[i + 1]));
            if (!toldAgain) {
                if (!erased.contains(event(e))) {
                    steps(assembly, e, ends, nodes);
                }
                ends = 0;
            }
        }
        return assembly.build();
    }

    private void steps(HistoryAssembly assembly, int e, int ends, int[] nodes) {
        int source = sources.getInt(e);
        int target = targets.getInt(e);
        if ((ends & SOURCE_END) != 0 || source == target) {
            step(assembly, e, source, target, nodes);
        }
        if ((ends & TARGET_END) != 0 && source != target) {
            step(assembly, e, target, source, nodes);
        }
    }

    private void step(HistoryAssembly assembly, int e, int vertex, int other, int[] nodes) {
        long time = times.getLong(e);
        if (nodes[vertex] >= 0 && time > deleted.get(vertex)) {
            assembly.step(
                    nodes[vertex],
                    time,
                    ids.name(other),
                    nodes[other],
                    type(e),
                    vertex == sources.getInt(e),
                    weights.getFloat(e));
        }
    }

    private int type(int e) {
        return kinds.getInt(e) >>> END_BITS;
    }

    private Event event(int e) {
        return new Event(sources.getInt(e), targets.getInt(e), type(e), times.getLong(e));
    }

    /** By time, source, target and type, and events that are the same in the order in which they were told. */
    private int[] ordered() {
        int[] order = IntStream.range(0, events()).toArray();
        int[] idRanks = ids.ranks();
        int[] typeRanks = types.ranks();
        IntArrays.stableSort(order, (a, b) -> {
            int byTime = Long.compare(times.getLong(a), times.getLong(b));
            if (byTime != 0) {
                return byTime;
            }
            int bySource = Integer.compare(idRanks[sources.getInt(a)], idRanks[sources.getInt(b)]);
            if (bySource != 0) {
                return bySource;
            }
            int byTarget = Integer.compare(idRanks[targets.getInt(a)], idRanks[targets.getInt(b)]);
            return byTarget != 0 ? byTarget : Integer.compare(typeRanks[type(a)], typeRanks[type(b)]);
        });
        return order;
    }

    /** Numbers for names, from 0. */
    private static final class Names {
        private final Object2IntOpenHashMap<String> numbers = new Object2IntOpenHashMap<>();
        private final List<String> names = new ArrayList<>();

        Names() {
            numbers.defaultReturnValue(-1);
        }

        int number(String name) {
            int known = numbers.getInt(name);
            if (known >= 0) {
                return known;
            }
            numbers.put(name, names.size());
            names.add(name);
            return names.size() - 1;
        }

        /** -1 where the name has none. */
        int find(String name) {
            return numbers.getInt(name);
        }

        String name(int number) {
            return names.get(number);
        }

        int size() {
            return names.size();
        }

        List<String> names() {
            return names;
        }

        /** The place of each number in the order of names. */
        int[] ranks() {
            int[] ranks = new int[names.size()];
            int[] order = IntStream.range(0, ranks.length)
                    .boxed()
                    .sorted(Comparator.comparing(names::get))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < order.length; rank++) {
                ranks[order[rank]] = rank;
            }
            return ranks;
        }
    }
}
