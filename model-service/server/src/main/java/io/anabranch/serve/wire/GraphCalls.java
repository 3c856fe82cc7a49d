package io.anabranch.serve.wire;

import io.anabranch.graph.EdgeId;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.snapshot.EdgeDirection;
import io.anabranch.graph.snapshot.ReplicaEdge;
import io.anabranch.graph.snapshot.ReplicaNode;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.train.LiveGraph;
import io.anabranch.v1.GetNodeRequest;
import io.anabranch.v1.GetNodeResponse;
import io.anabranch.v1.ListEdgesRequest;
import io.anabranch.v1.ListEdgesResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * GraphService without a transport, over the replica of the graph. May wait for the replica, which a training's snapshot holds up: not for an
 * event loop. Problems are thrown.
 */
public final class GraphCalls {

    static final int MAX_PAGE = 1000;
    static final int DEFAULT_PAGE = 100;

    private final LiveGraph graph;
    private final Readiness readiness;
    private final Ownership ownership;

    /**
     * @param readiness whether the replica has been read
     * @param partitions of the graph
     */
    public GraphCalls(LiveGraph graph, Readiness readiness, int partitions) {
        this.graph = graph;
        this.readiness = readiness;
        this.ownership = Ownership.byHash(partitions, 0);
    }

    public GetNodeResponse getNode(GetNodeRequest request) {
        requireId(request.getNodeId());
        readiness.require();
        ReplicaNode node = graph.node(request.getNodeId());
        if (node == null) {
            throw unknown(request.getNodeId());
        }
        return GetNodeResponse.newBuilder()
                .setNode(GraphMapping.node(node, ownership.ownerOf(node.id())))
                .build();
    }

    public ListEdgesResponse listEdges(ListEdgesRequest request) {
        String id = request.getNodeId();
        requireId(id);
        EdgeDirection direction = direction(request.getDirection());
        if (request.getPageSize() < 0) {
            throw Problem.invalid("page_size", "Must not be negative, but is %d.".formatted(request.getPageSize()));
        }
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE : Math.min(request.getPageSize(), MAX_PAGE);
        EdgeId after =
                request.getPageToken().isEmpty() ? null : EdgePageToken.read(request.getPageToken(), id, direction);
        readiness.require();
        // One more than is told says whether there are more.
        return page(id, direction, size, graph.edges(id, direction, after, size + 1));
    }

    private static ListEdgesResponse page(
            String id, EdgeDirection direction, int size, @Nullable List<ReplicaEdge> edges) {
        if (edges == null) {
            throw unknown(id);
        }
        ListEdgesResponse.Builder response = ListEdgesResponse.newBuilder();
        edges.stream().limit(size).map(GraphMapping::edge).forEach(response::addEdges);
        if (edges.size() > size) {
            response.setNextPageToken(EdgePageToken.behind(edges.get(size - 1).id(), direction));
        }
        return response.build();
    }

    private static EdgeDirection direction(io.anabranch.v1.EdgeDirection asked) {
        return switch (asked) {
            case EDGE_DIRECTION_IN -> EdgeDirection.IN;
            case EDGE_DIRECTION_OUT -> EdgeDirection.OUT;
            case EDGE_DIRECTION_UNSPECIFIED, UNRECOGNIZED ->
                throw Problem.invalid(
                        "direction", "Must be EDGE_DIRECTION_IN or EDGE_DIRECTION_OUT, but is %s.".formatted(asked));
        };
    }

    private static void requireId(String id) {
        List<Violation> violations = new ArrayList<>();
        Predictions.checkId("node_id", 0, id, violations);
        Predictions.throwIfAny(violations);
    }

    private static RuntimeException unknown(String id) {
        return Problem.missing(ResourceKind.NODE, id, "Node %s is not in the graph.".formatted(id));
    }
}
