package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Provenance;
import java.util.ArrayList;
import java.util.List;

/** The single facts that an event stands for, each with the vertex whose owner must get it. */
final class Facts {

    private Facts() {}

    /**
     * One fact.
     *
     * @param event says this fact alone, with the id and time of the event that it comes from
     */
    record Fact(String vertex, GraphEvent event) {}

    static List<Fact> of(GraphEvent event) {
        return switch (event.getEventCase()) {
            case NODE_UPSERT -> node(event, event.getNodeUpsert());
            case NODE_PATCH -> List.of(new Fact(event.getNodePatch().getId(), event));
            case NODE_DELETE -> List.of(new Fact(event.getNodeDelete().getId(), event));
            case EDGE_UPSERT -> edge(event, event.getEdgeUpsert());
            case EDGE_DELETE -> edge(event, event.getEdgeDelete());
            case EDGE_ERASE -> edge(event, event.getEdgeErase());
            case LABEL_UPSERT -> List.of(new Fact(event.getLabelUpsert().getNodeId(), event));
            case LABEL_DELETE -> List.of(new Fact(event.getLabelDelete().getNodeId(), event));
            case RECOMPUTE ->
                // It is no fact, but goes the way of one; its time is dropped.
                List.of(new Fact(
                        event.getRecompute().getNodeId(),
                        event.toBuilder().clearEventTimeMs().build()));
            case EVENT_NOT_SET -> throw new IllegalArgumentException("The event says nothing: " + event);
        };
    }

    private static List<Fact> node(GraphEvent event, NodeUpsert node) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact(
                node.getId(),
                event.toBuilder().setNodeUpsert(node.toBuilder().clearLabels()).build()));
        node.getLabelsList()
                .forEach(label -> facts.add(new Fact(
                        node.getId(),
                        event.toBuilder()
                                .setLabelUpsert(LabelUpsert.newBuilder()
                                        .setNodeId(node.getId())
                                        .setLabel(label))
                                .build())));
        return facts;
    }

    private static List<Fact> edge(GraphEvent event, EdgeUpsert edge) {
        EdgeUpsert single = edge.toBuilder().setUndirected(false).build();
        Fact forth = new Fact(
                edge.getTarget(), event.toBuilder().setEdgeUpsert(single).build());
        if (!edge.getUndirected() || edge.getSource().equals(edge.getTarget())) {
            return List.of(forth);
        }
        EdgeUpsert back = single.toBuilder()
                .setSource(edge.getTarget())
                .setTarget(edge.getSource())
                .build();
        return List.of(
                forth,
                new Fact(edge.getSource(), event.toBuilder().setEdgeUpsert(back).build()));
    }

    private static List<Fact> edge(GraphEvent event, EdgeDelete edge) {
        EdgeDelete single = edge.toBuilder().setUndirected(false).build();
        Fact forth = new Fact(
                edge.getTarget(), event.toBuilder().setEdgeDelete(single).build());
        if (!edge.getUndirected() || edge.getSource().equals(edge.getTarget())) {
            return List.of(forth);
        }
        EdgeDelete back = single.toBuilder()
                .setSource(edge.getTarget())
                .setTarget(edge.getSource())
                .build();
        return List.of(
                forth,
                new Fact(edge.getSource(), event.toBuilder().setEdgeDelete(back).build()));
    }

    private static List<Fact> edge(GraphEvent event, EdgeErase edge) {
        EdgeErase single = edge.toBuilder().setUndirected(false).build();
        Fact forth = new Fact(
                edge.getTarget(), event.toBuilder().setEdgeErase(single).build());
        if (!edge.getUndirected() || edge.getSource().equals(edge.getTarget())) {
            return List.of(forth);
        }
        EdgeErase back = single.toBuilder()
                .setSource(edge.getTarget())
                .setTarget(edge.getSource())
                .build();
        return List.of(
                forth,
                new Fact(edge.getSource(), event.toBuilder().setEdgeErase(back).build()));
    }

    /** The facts that are also said, as steps, to the owner of an edge's source: of observed edges and erasures, where it is not that of the target. */
    static List<Fact> steps(GraphEvent event, int partitions) {
        return of(event).stream()
                .filter(fact -> fact.event().hasEdgeErase()
                        || fact.event().hasEdgeUpsert()
                                && fact.event().getEdgeUpsert().getProvenance() != Provenance.PROVENANCE_LEARNED)
                .map(fact -> new Fact(source(fact.event()), fact.event()))
                .filter(step -> Owners.of(step.vertex(), partitions) != Owners.of(vertex(step.event()), partitions))
                .toList();
    }

    /** The source of the edge that a single fact is about. */
    static String source(GraphEvent fact) {
        return fact.hasEdgeErase()
                ? fact.getEdgeErase().getSource()
                : fact.getEdgeUpsert().getSource();
    }

    /** The vertex that a single fact of the updates topic belongs to. */
    static String vertex(GraphEvent fact) {
        return of(fact).getFirst().vertex();
    }
}
