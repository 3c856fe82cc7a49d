package io.anabranch.serve.predict;

import java.util.function.Predicate;

/** What a filter accepts, by the graph as this service has read it. */
public final class CandidateFilters {

    private final GraphLookup graph;
    private final Readiness graphReadiness;

    /** @param graphReadiness what the graph still waits for */
    public CandidateFilters(GraphLookup graph, Readiness graphReadiness) {
        this.graph = graph;
        this.graphReadiness = graphReadiness;
    }

    /** Of the neighbours of a vertex or a vector; linked are those with an edge in either direction. */
    Predicate<String> ofSimilar(SimilarQuery query) {
        String self = query.nodeId();
        if (self == null) {
            return ofType(query.filter());
        }
        Predicate<String> others = ofType(query.filter()).and(unlessSelf(query.filter(), self));
        return query.filter().excludeLinked()
                ? others.and(id -> !graph.linked(self, id) && !graph.linked(id, self))
                : others;
    }

    /** Of the targets of edges from a vertex; linked are those that it already has an edge to. */
    Predicate<String> ofTargets(CandidateFilter filter, String source) {
        Predicate<String> others = ofType(filter).and(unlessSelf(filter, source));
        return filter.excludeLinked() ? others.and(id -> !graph.linked(source, id)) : others;
    }

    private static Predicate<String> unlessSelf(CandidateFilter filter, String self) {
        return filter.includeSelf() ? id -> true : id -> !id.equals(self);
    }

    private Predicate<String> ofType(CandidateFilter filter) {
        if (filter.needsGraph()) {
            graphReadiness.require();
        }
        String type = filter.nodeType();
        return type == null ? id -> true : id -> type.equals(graph.nodeType(id));
    }
}
