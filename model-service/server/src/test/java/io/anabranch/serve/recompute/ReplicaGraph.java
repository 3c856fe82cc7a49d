package io.anabranch.serve.recompute;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.hag.HagOptions;
import io.anabranch.graph.hag.choice.PlanSettings;
import io.anabranch.graph.snapshot.EdgeDirection;
import io.anabranch.graph.snapshot.GraphReplica;
import io.anabranch.graph.snapshot.InNeighbourhood;
import io.anabranch.graph.snapshot.ReplicaEdge;
import io.anabranch.graph.snapshot.ReplicaNode;
import io.anabranch.serve.train.LiveGraph;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes, edges and neighbourhoods only. */
public record ReplicaGraph(GraphReplica replica) implements LiveGraph {

    @Override
    public @Nullable InNeighbourhood inNeighbourhood(Collection<String> ids, int hops, int most) {
        return replica.inNeighbourhood(ids, hops, most);
    }

    @Override
    public @Nullable ReplicaNode node(String id) {
        return replica.node(id);
    }

    @Override
    public @Nullable List<ReplicaEdge> edges(String id, EdgeDirection direction, @Nullable EdgeId after, int limit) {
        return replica.edges(id, direction, after, limit);
    }

    @Override
    public @Nullable String nodeType(String nodeId) {
        return replica.nodeType(nodeId);
    }

    @Override
    public boolean linked(String source, String target) {
        return replica.linked(source, target);
    }

    @Override
    public Moment moment() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Moment moment(HagOptions.Mode rows, PlanSettings settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Sharing> sharing() {
        return List.of();
    }

    @Override
    public long vertices() {
        return 0;
    }

    @Override
    public long edges() {
        return 0;
    }

    @Override
    public long learnedEdges() {
        return replica.learnedEdgeCount();
    }

    @Override
    public long labels() {
        return 0;
    }
}
