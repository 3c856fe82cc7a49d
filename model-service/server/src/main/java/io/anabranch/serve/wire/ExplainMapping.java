package io.anabranch.serve.wire;

import io.anabranch.event.v1.Provenance;
import io.anabranch.serve.Problem;
import io.anabranch.serve.explain.ExplainQuery;
import io.anabranch.serve.explain.Explanation;
import io.anabranch.serve.explain.Explanation.Change;
import io.anabranch.serve.explain.Explanation.Score;
import io.anabranch.serve.recompute.Attribution;
import io.anabranch.v1.EdgeContribution;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.ExplainedScore;
import io.anabranch.v1.FeatureContribution;
import io.anabranch.v1.HopSum;
import io.anabranch.v1.NodeContribution;
import io.anabranch.v1.RecentChange;
import java.util.List;

/** Explanations, from and to service messages. */
final class ExplainMapping {

    private static final int EDGES = 20;
    private static final int NODES = 10;
    private static final int FEATURES = 5;
    private static final int CHANGES = 10;

    private ExplainMapping() {}

    static ExplainQuery query(ExplainRequest request) {
        List<String> subject = switch (request.getSubjectCase()) {
            case NODE_ID -> List.of(request.getNodeId());
            case PAIR ->
                List.of(request.getPair().getSource(), request.getPair().getTarget());
            case SUBJECT_NOT_SET -> throw Problem.invalid("subject", "One of node_id, pair is missing.");
        };
        return new ExplainQuery(
                Mapping.choice(request.getModel()),
                request.getTask(),
                subject,
                request.getClassName(),
                request.getAgainstClassName(),
                new ExplainQuery.Limits(
                        limit(request.getMaxEdges(), EDGES),
                        limit(request.getMaxNodes(), NODES),
                        limit(request.getMaxFeatures(), FEATURES),
                        limit(request.getMaxChanges(), CHANGES),
                        request.getChangedSinceMs()),
                request.getLeaveOneOut());
    }

    private static int limit(int asked, int otherwise) {
        return asked == 0 ? otherwise : asked;
    }

    static ExplainResponse.Builder response(Explanation answer) {
        ExplainResponse.Builder response = ExplainResponse.newBuilder()
                .setModelVersion(answer.modelVersion())
                .setTask(answer.task())
                .setClassName(answer.className())
                .setAgainstClassName(answer.against())
                .setServed(score(answer.served()))
                .setRecomputed(score(answer.recomputed()))
                .setEmbeddingError(answer.embeddingError())
                .setMatchesServed(answer.agrees())
                .setFreshness(Mapping.freshness(answer.freshness()))
                .setConstants(answer.constants())
                .setEdgeCount(answer.edgesRead())
                .setNodeCount(answer.nodesRead())
                .setChangeCount(answer.changesKnown());
        answer.hops().forEach(hop -> response.addHops(hop(hop)));
        answer.edges().forEach(edge -> response.addEdges(edge(edge)));
        answer.nodes().forEach(node -> response.addNodes(node(node)));
        answer.changes().forEach(change -> response.addChanges(change(change)));
        return response;
    }

    private static ExplainedScore score(Score score) {
        ExplainedScore.Builder message = ExplainedScore.newBuilder().setValue(score.value());
        if (score.probability() != null) {
            message.setProbability(score.probability());
        }
        return message.build();
    }

    private static HopSum hop(Attribution.HopSum hop) {
        return HopSum.newBuilder()
                .setHop(hop.hop())
                .setMessages(hop.messages())
                .setEdges(hop.edges())
                .setOwn(hop.own())
                .setConstants(hop.constants())
                .build();
    }

    private static EdgeContribution edge(Explanation.EdgeContribution edge) {
        EdgeContribution.Builder message = EdgeContribution.newBuilder()
                .setSource(edge.source())
                .setTarget(edge.target())
                .setType(edge.type())
                .setWeight(edge.weight())
                .setProvenance(
                        switch (edge.provenance()) {
                            case OBSERVED -> Provenance.PROVENANCE_OBSERVED;
                            case LEARNED -> Provenance.PROVENANCE_LEARNED;
                        })
                .addAllContributions(edge.byHop())
                .setContribution(edge.contribution())
                .setEventTimeMs(edge.eventTimeMs());
        if (edge.without() != null) {
            message.setWithout(score(edge.without()));
        }
        return message.build();
    }

    private static NodeContribution node(Explanation.NodeContribution node) {
        NodeContribution.Builder message = NodeContribution.newBuilder()
                .setNodeId(node.id())
                .setDistance(node.distance())
                .setContribution(node.contribution())
                .setEventTimeMs(node.eventTimeMs());
        node.features()
                .forEach(feature -> message.addFeatures(FeatureContribution.newBuilder()
                        .setColumn(feature.column())
                        .setValue(feature.value())
                        .setContribution(feature.contribution())));
        return message.build();
    }

    private static RecentChange change(Change change) {
        RecentChange.Builder message = RecentChange.newBuilder().setEventTimeMs(change.eventTimeMs());
        switch (change) {
            case Explanation.EdgeContribution edge -> message.setEdge(edge(edge));
            case Explanation.NodeContribution node -> message.setNode(node(node));
        }
        return message.build();
    }
}
