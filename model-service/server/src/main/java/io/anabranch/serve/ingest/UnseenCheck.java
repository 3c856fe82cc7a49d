package io.anabranch.serve.ingest;

import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.serve.Problem.Violation;
import java.util.List;

/** Whether what is given of a vertex that is not stored would be taken as an event: the same rules, under the request's own names. */
public final class UnseenCheck {

    private final EventCheck check;

    public UnseenCheck(IngestRules rules) {
        this.check = new EventCheck(rules);
    }

    /** @param path where the node stands in the request */
    public List<Violation> node(String path, NodeUpsert node) {
        return renamed(GraphEvent.newBuilder().setNodeUpsert(node).build(), "event.node_upsert", path);
    }

    /** @param path where the edge stands in the request */
    public List<Violation> edge(String path, EdgeUpsert edge) {
        return renamed(GraphEvent.newBuilder().setEdgeUpsert(edge).build(), "event.edge_upsert", path);
    }

    private List<Violation> renamed(GraphEvent event, String from, String to) {
        return check.check(event, 0).stream()
                .map(each -> new Violation(
                        each.field().startsWith(from) ? to + each.field().substring(from.length()) : to,
                        each.description()))
                .toList();
    }
}
