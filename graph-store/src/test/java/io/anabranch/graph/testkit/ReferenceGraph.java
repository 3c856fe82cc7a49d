package io.anabranch.graph.testkit;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.Provenance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The graph that the partitions' logs say, computed naively: fold every register, then judge every edge. It is what every incremental form is
 * compared with, and shares no code with any.
 *
 * <p>A log has a clock of its own, the greatest time so far, of facts and of clock records. A fact that lies behind it by more than the
 * lateness is refused; an edge lives only while its expiry lies ahead of where its log's clock ends.
 * Comparison: {@link #features}, {@link #edges} and {@link #labels} have value equality.
 */
public final class ReferenceGraph {

    /** Nothing is ever refused. */
    public static final long ANY_LATENESS = Long.MAX_VALUE;

    /** One record of a log. */
    public sealed interface Entry {
        long time();
    }

    /** A fact. */
    public record Fact(GraphMutation mutation) implements Entry {
        @Override
        public long time() {
            return mutation.time();
        }
    }

    /** An edge event in the log of its source's owner: a step of the source, and no edge. */
    public record SourceStep(GraphMutation mutation) implements Entry {
        @Override
        public long time() {
            return mutation.time();
        }
    }

    /** Time goes on, and nothing else is said. */
    public record Clock(long time) implements Entry {}

    /**
     * What a snapshot says, in the words of events. At equal times it yields to all events of the log, before it and after it, and to snapshots
     * before it: as if it stood before all of them. It has no part in the log's clock but for what had expired where it comes from.
     */
    public record Snapshot(List<GraphMutation> mutations, List<EndStep> steps, long expiredTo) implements Entry {
        @Override
        public long time() {
            return Long.MIN_VALUE;
        }
    }

    /** What an edge's event was to an end, as a snapshot has it; no weight: it is erased. */
    public record EndStep(
            String end, EdgeId edge, long time, @Nullable Float weight) {}

    private record Edge(long time, @Nullable Float weight, long expiry) {}

    /** What an observed edge's event was to one of its ends. */
    public record Step(EdgeId edge, long time, float weight) {}

    /** What one upsert of an edge said. */
    private record EdgeEvent(EdgeId edge, long time) {}

    private record LabelKey(String nodeId, String task) {}

    private record TimedLabel(long time, @Nullable Label label) {}

    /** Upserts, patches and deletes by node, in the order of their log. */
    private final Map<String, List<GraphMutation>> nodes = new HashMap<>();

    private final Map<String, Long> deletes = new HashMap<>();
    private final Map<EdgeId, Edge> registers = new HashMap<>();
    private final Set<EdgeEvent> erased = new HashSet<>();
    /** By end of the edge. */
    private final Map<String, Map<EdgeEvent, Float>> stepWeights = new HashMap<>();

    private final Map<String, Set<EdgeEvent>> erasedSteps = new HashMap<>();
    private final SortedMap<String, List<Step>> histories = new TreeMap<>();
    private final Map<EdgeId, Long> edgeClocks = new HashMap<>();
    private final Map<LabelKey, TimedLabel> labelRegisters = new HashMap<>();

    private final SortedMap<String, @Nullable FeatureVector> features = new TreeMap<>();
    private final Map<EdgeId, Float> edges = new HashMap<>();
    private final Map<String, Map<String, Label>> labels = new TreeMap<>();
    private final Map<String, Integer> inDegrees = new HashMap<>();

    private ReferenceGraph() {}

    /** Folds the mutations as one log that refuses nothing. */
    public static ReferenceGraph of(Collection<? extends GraphMutation> mutations) {
        return ofLogs(List.of(mutations.stream().map(Fact::new).toList()), ANY_LATENESS, (a, b) -> true);
    }

    /**
     * Folds one log per partition. All facts about one node, edge or label must stand in one log.
     *
     * @param together whether the facts about two nodes stand in one log: then an edge's event is a step of its source without being said to be
     * @param lateness how far a fact may lie behind its log's clock, in milliseconds; {@link #ANY_LATENESS} for any
     */
    public static ReferenceGraph ofLogs(
            Collection<? extends List<? extends Entry>> logs, long lateness, BiPredicate<String, String> together) {
        ReferenceGraph graph = new ReferenceGraph();
        for (List<? extends Entry> log : logs) {
            long clock = Long.MIN_VALUE;
            long expired = Long.MIN_VALUE;
            Set<EdgeId> edgesOfLog = new HashSet<>();
            for (Entry entry : log.reversed()) {
                if (entry instanceof Snapshot snapshot) {
                    expired = Math.max(expired, snapshot.expiredTo);
                    snapshot.steps.forEach(graph::write);
                    for (GraphMutation mutation : snapshot.mutations) {
                        graph.write(mutation);
                        if (mutation instanceof GraphMutation.UpsertEdge edge) {
                            edgesOfLog.add(edge.edge());
                        }
                    }
                }
            }
            for (Entry entry : log) {
                boolean late = lateness != ANY_LATENESS && clock != Long.MIN_VALUE && entry.time() < clock - lateness;
                clock = Math.max(clock, entry.time());
                if (entry instanceof SourceStep step && !late) {
                    graph.sourceStep(step.mutation);
                }
                if (entry instanceof Fact fact && !late) {
                    graph.steps(fact.mutation, together);
                    graph.write(fact.mutation);
                    if (fact.mutation instanceof GraphMutation.UpsertEdge edge) {
                        edgesOfLog.add(edge.edge());
                    }
                }
            }
            for (EdgeId edge : edgesOfLog) {
                graph.edgeClocks.put(edge, Math.max(clock, expired));
            }
        }
        graph.judge();
        return graph;
    }

    /** Folds what a line of {@link GraphText} says. */
    public static ReferenceGraph of(String text) {
        return of(GraphText.mutations(text));
    }

    /** The vertices that exist, by id; those without features map to null, which reads as zeros. */
    public SortedMap<String, @Nullable FeatureVector> features() {
        return features;
    }

    /** Ids of the vertices that exist. */
    public SortedSet<String> vertices() {
        return new TreeSet<>(features.keySet());
    }

    /** The vertex's row, zeros if it has none or does not exist. */
    public float[] row(String id, int dimension) {
        FeatureVector row = features.get(id);
        return row == null ? new float[dimension] : row.toArray();
    }

    /** The live edges and their weights. */
    public Map<EdgeId, Float> edges() {
        return edges;
    }

    /** The live edges in a fixed order. */
    public List<EdgeId> sortedEdges() {
        return edges.keySet().stream()
                .sorted((a, b) -> {
                    int byTarget = a.target().compareTo(b.target());
                    int bySource = a.source().compareTo(b.source());
                    return byTarget != 0
                            ? byTarget
                            : bySource != 0 ? bySource : a.type().compareTo(b.type());
                })
                .toList();
    }

    /** Labels by node and task, also of nodes that don't exist. */
    public Map<String, Map<String, Label>> labels() {
        return labels;
    }

    /** What vertices did, in order, by id, also of those that don't exist; those that did nothing are not here. */
    public SortedMap<String, List<Step>> histories() {
        return histories;
    }

    /** Live in-edges of the vertex. */
    public int inDegree(String id) {
        return inDegrees.getOrDefault(id, 0);
    }

    /** Greatest time of a delete of the vertex, {@code Long.MIN_VALUE} if there was none. */
    public long deleteTime(String id) {
        return deletes.getOrDefault(id, Long.MIN_VALUE);
    }

    /** Ids of all vertices that any mutation named. */
    public Set<String> everNamed() {
        Set<String> named = new HashSet<>(nodes.keySet());
        registers.keySet().forEach(edge -> {
            named.add(edge.source());
            named.add(edge.target());
        });
        return named;
    }

    private void write(GraphMutation mutation) {
        switch (mutation) {
            case GraphMutation.UpsertNode m -> ofNode(m.id()).add(m);
            case GraphMutation.PatchNode m -> ofNode(m.id()).add(m);
            case GraphMutation.RemoveNode m -> {
                ofNode(m.id()).add(m);
                deletes.merge(m.id(), m.time(), Math::max);
            }
            case GraphMutation.UpsertEdge m -> {
                if (!erased.contains(new EdgeEvent(m.edge(), m.time()))) {
                    writeEdge(m.edge(), new Edge(m.time(), m.weight(), m.expiry()));
                }
            }
            case GraphMutation.RemoveEdge m -> writeEdge(m.edge(), new Edge(m.time(), null, 0));
            case GraphMutation.EraseEdge m -> {
                erased.add(new EdgeEvent(m.edge(), m.erasedTime()));
                writeEdge(m.edge(), new Edge(m.erasedTime(), null, 0));
            }
            case GraphMutation.SetLabel m ->
                writeLabel(new LabelKey(m.nodeId(), m.label().task()), new TimedLabel(m.time(), m.label()));
            case GraphMutation.RemoveLabel m ->
                writeLabel(new LabelKey(m.nodeId(), m.task()), new TimedLabel(m.time(), null));
        }
    }

    private void write(EndStep step) {
        EdgeEvent event = new EdgeEvent(step.edge, step.time);
        Float weight = step.weight;
        if (weight != null) {
            stepWeights.computeIfAbsent(step.end, id -> new HashMap<>()).put(event, weight);
            return;
        }
        erasedSteps.computeIfAbsent(step.end, id -> new HashSet<>()).add(event);
        if (step.end.equals(step.edge.target())) {
            erased.add(event);
            writeEdge(step.edge, new Edge(step.time, null, 0));
        }
    }

    private void steps(GraphMutation mutation, BiPredicate<String, String> together) {
        if (mutation instanceof GraphMutation.UpsertEdge m) {
            step(m.edge().target(), m);
            if (together.test(m.edge().source(), m.edge().target())) {
                step(m.edge().source(), m);
            }
        } else if (mutation instanceof GraphMutation.EraseEdge m) {
            erase(m.edge().target(), m);
            if (together.test(m.edge().source(), m.edge().target())) {
                erase(m.edge().source(), m);
            }
        }
    }

    private void sourceStep(GraphMutation mutation) {
        if (mutation instanceof GraphMutation.UpsertEdge m) {
            step(m.edge().source(), m);
        } else if (mutation instanceof GraphMutation.EraseEdge m) {
            erase(m.edge().source(), m);
        }
    }

    private void step(String end, GraphMutation.UpsertEdge m) {
        if (m.provenance() == Provenance.OBSERVED) {
            stepWeights.computeIfAbsent(end, id -> new HashMap<>()).put(new EdgeEvent(m.edge(), m.time()), m.weight());
        }
    }

    private void erase(String end, GraphMutation.EraseEdge m) {
        erasedSteps.computeIfAbsent(end, id -> new HashSet<>()).add(new EdgeEvent(m.edge(), m.erasedTime()));
    }

    private void judgeHistory(String id, Map<EdgeEvent, Float> weights) {
        Set<EdgeEvent> gone = erasedSteps.getOrDefault(id, Set.of());
        List<Step> steps = weights.entrySet().stream()
                .filter(step -> step.getKey().time > deleteTime(id) && !gone.contains(step.getKey()))
                .map(step -> new Step(step.getKey().edge, step.getKey().time, step.getValue()))
                .sorted(Comparator.comparingLong(Step::time)
                        .thenComparing(step -> step.edge.source())
                        .thenComparing(step -> step.edge.target())
                        .thenComparing(step -> step.edge.type()))
                .toList();
        if (!steps.isEmpty()) {
            histories.put(id, steps);
        }
    }

    private List<GraphMutation> ofNode(String id) {
        return nodes.computeIfAbsent(id, node -> new ArrayList<>());
    }

    private void writeEdge(EdgeId id, Edge edge) {
        registers.merge(id, edge, (old, next) -> next.time >= old.time ? next : old);
    }

    private void writeLabel(LabelKey key, TimedLabel label) {
        labelRegisters.merge(key, label, (old, next) -> next.time >= old.time ? next : old);
    }

    private void judge() {
        nodes.forEach(this::judgeNode);
        stepWeights.forEach(this::judgeHistory);
        registers.forEach((id, edge) -> {
            Float weight = edge.weight;
            if (weight != null
                    && edge.time > deleteTime(id.source())
                    && edge.time > deleteTime(id.target())
                    && edge.expiry > edgeClocks.getOrDefault(id, Long.MIN_VALUE)) {
                edges.put(id, weight);
                inDegrees.merge(id.target(), 1, Integer::sum);
                features.putIfAbsent(id.source(), null);
                features.putIfAbsent(id.target(), null);
            }
        });
        labelRegisters.forEach((key, timed) -> {
            Label label = timed.label;
            if (label != null) {
                labels.computeIfAbsent(key.nodeId, id -> new TreeMap<>()).put(key.task, label);
            }
        });
    }

    /** The last whole write gives the row, and then each column's last write, unless the whole row was written after it. */
    private void judgeNode(String id, List<GraphMutation> writes) {
        int whole = -1;
        for (int i = 0; i < writes.size(); i++) {
            if (!(writes.get(i) instanceof GraphMutation.PatchNode)
                    && (whole < 0 || writes.get(i).time() >= writes.get(whole).time())) {
                whole = i;
            }
        }
        boolean alive = whole >= 0 && writes.get(whole) instanceof GraphMutation.UpsertNode;
        FeatureVector row = alive ? ((GraphMutation.UpsertNode) writes.get(whole)).features() : null;
        SortedMap<Integer, GraphMutation.PatchNode> columns = new TreeMap<>();
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i) instanceof GraphMutation.PatchNode patch
                    && patch.time() > deleteTime(id)
                    && (whole < 0
                            || patch.time() > writes.get(whole).time()
                            || (patch.time() == writes.get(whole).time() && i > whole))) {
                for (int k = 0; k < patch.columns().size(); k++) {
                    columns.merge(
                            patch.columns().column(k), patch, (old, next) -> next.time() >= old.time() ? next : old);
                }
            }
        }
        if (columns.isEmpty()) {
            if (alive) {
                features.put(id, row);
            }
            return;
        }
        int dimension = columns.values().iterator().next().columns().dimension();
        float[] values = row == null ? new float[dimension] : row.toArray();
        columns.forEach((column, patch) -> {
            for (int k = 0; k < patch.columns().size(); k++) {
                if (patch.columns().column(k) == column) {
                    values[column] = patch.columns().value(k);
                }
            }
        });
        features.put(id, FeatureVector.dense(values));
    }
}
