package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Provenance;
import io.anabranch.standalone.chaos.FoldedGraph.EdgeName;
import io.anabranch.standalone.chaos.FoldedGraph.Step;
import io.anabranch.update.v1.UpdateRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What vertices did, straight from docs/wire-format.md: each end's history from the log of its own partition, less what was too late there, what was
 * erased, and what a delete of the vertex ended. Naive, in memory.
 */
final class HistoryFold {

    /** An edge's event at one of its ends. */
    private record EndEvent(String end, EdgeName edge, long time) {}

    private final int partitions;
    private final Map<EndEvent, Float> weights = new HashMap<>();
    private final Set<EndEvent> erased = new HashSet<>();
    private final Map<String, Long> deletes = new HashMap<>();

    private HistoryFold(int partitions) {
        this.partitions = partitions;
    }

    static Map<String, List<Step>> of(List<LogRecord> updates, long latenessMs, int partitions) {
        HistoryFold fold = new HistoryFold(partitions);
        LateUpdates.forEachInTime(updates, latenessMs, fold::write);
        return fold.result();
    }

    private void write(UpdateRecord update) {
        if (update.hasFact()) {
            fact(update.getFact());
        } else {
            GraphEvent step = update.getSourceStep();
            if (step.hasEdgeUpsert()) {
                step(step.getEdgeUpsert().getSource(), step.getEdgeUpsert(), step.getEventTimeMs());
            } else {
                erase(step.getEdgeErase().getSource(), step.getEdgeErase());
            }
        }
    }

    private void fact(GraphEvent fact) {
        switch (fact.getEventCase()) {
            case NODE_DELETE -> deletes.merge(fact.getNodeDelete().getId(), fact.getEventTimeMs(), Math::max);
            case EDGE_UPSERT -> {
                EdgeUpsert edge = fact.getEdgeUpsert();
                if (edge.getProvenance() != Provenance.PROVENANCE_LEARNED) {
                    step(edge.getTarget(), edge, fact.getEventTimeMs());
                    if (together(edge.getSource(), edge.getTarget())) {
                        step(edge.getSource(), edge, fact.getEventTimeMs());
                    }
                }
            }
            case EDGE_ERASE -> {
                EdgeErase edge = fact.getEdgeErase();
                erase(edge.getTarget(), edge);
                if (together(edge.getSource(), edge.getTarget())) {
                    erase(edge.getSource(), edge);
                }
            }
            default -> {}
        }
    }

    private boolean together(String a, String b) {
        return Owners.of(a, partitions) == Owners.of(b, partitions);
    }

    private void step(String end, EdgeUpsert edge, long time) {
        weights.put(
                new EndEvent(end, new EdgeName(edge.getSource(), edge.getTarget(), edge.getType()), time),
                edge.getWeight());
    }

    private void erase(String end, EdgeErase edge) {
        erased.add(new EndEvent(
                end, new EdgeName(edge.getSource(), edge.getTarget(), edge.getType()), edge.getErasedTimeMs()));
    }

    private Map<String, List<Step>> result() {
        Map<String, List<Step>> histories = new TreeMap<>();
        weights.forEach((event, weight) -> {
            if (!erased.contains(event) && event.time > deletes.getOrDefault(event.end, Long.MIN_VALUE)) {
                histories
                        .computeIfAbsent(event.end, end -> new ArrayList<>())
                        .add(new Step(event.edge, event.time, weight));
            }
        });
        histories
                .values()
                .forEach(steps -> steps.sort(Comparator.comparingLong(Step::time)
                        .thenComparing(step -> step.edge().source())
                        .thenComparing(step -> step.edge().target())
                        .thenComparing(step -> step.edge().type())));
        return histories;
    }
}
