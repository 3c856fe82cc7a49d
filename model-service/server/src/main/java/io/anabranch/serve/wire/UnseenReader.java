package io.anabranch.serve.wire;

import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.graph.FeatureVector;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import io.anabranch.serve.ingest.UnseenCheck;
import io.anabranch.serve.recompute.UnseenNode;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.v1.UnseenInEdge;
import io.anabranch.v1.UnseenOutEdge;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Unseen nodes from their messages, checked. */
final class UnseenReader {

    private final UnseenCheck check;

    UnseenReader(UnseenCheck check) {
        this.check = check;
    }

    List<UnseenNode> read(List<io.anabranch.v1.UnseenNode> messages) {
        List<Violation> violations = new ArrayList<>();
        List<io.anabranch.v1.UnseenNode> some =
                messages.subList(0, Math.min(messages.size(), UnseenVertices.MOST_NODES));
        for (int i = 0; i < some.size(); i++) {
            check(i, some.get(i), violations);
        }
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
        List<UnseenNode> nodes = messages.stream().map(UnseenReader::node).toList();
        UnseenVertices.check(nodes);
        return nodes;
    }

    private void check(int i, io.anabranch.v1.UnseenNode node, List<Violation> violations) {
        String path = "unseen_nodes[%d]".formatted(i);
        NodeUpsert.Builder upsert = NodeUpsert.newBuilder().setId(node.getId());
        if (node.hasFeatures()) {
            upsert.setFeatures(node.getFeatures());
        }
        violations.addAll(check.node(path, upsert.build()));
        if (node.getId().isEmpty()) {
            return;
        }
        for (int j = 0; j < node.getInEdgesCount(); j++) {
            UnseenInEdge edge = node.getInEdges(j);
            violations.addAll(check.edge(
                    "%s.in_edges[%d]".formatted(path, j),
                    EdgeUpsert.newBuilder()
                            .setSource(edge.getSource())
                            .setTarget(node.getId())
                            .setType(edge.getType())
                            .setWeight(edge.hasWeight() ? edge.getWeight() : 1)
                            .build()));
        }
        for (int j = 0; j < node.getOutEdgesCount(); j++) {
            UnseenOutEdge edge = node.getOutEdges(j);
            violations.addAll(check.edge(
                    "%s.out_edges[%d]".formatted(path, j),
                    EdgeUpsert.newBuilder()
                            .setSource(node.getId())
                            .setTarget(edge.getTarget())
                            .setType(edge.getType())
                            .setWeight(edge.hasWeight() ? edge.getWeight() : 1)
                            .build()));
        }
    }

    private static UnseenNode node(io.anabranch.v1.UnseenNode node) {
        return new UnseenNode(
                node.getId(),
                node.hasFeatures() ? features(node.getFeatures()) : null,
                node.getInEdgesList().stream()
                        .map(edge -> new UnseenNode.Edge(
                                edge.getSource(), edge.getType(), edge.hasWeight() ? edge.getWeight() : 1))
                        .toList(),
                node.getOutEdgesList().stream()
                        .map(edge -> new UnseenNode.Edge(
                                edge.getTarget(), edge.getType(), edge.hasWeight() ? edge.getWeight() : 1))
                        .toList());
    }

    private static @Nullable FeatureVector features(Features features) {
        return switch (features.getRowCase()) {
            case DENSE -> {
                float[] values = new float[features.getDense().getValuesCount()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = features.getDense().getValues(i);
                }
                yield FeatureVector.dense(values);
            }
            case SPARSE ->
                FeatureVector.sparse(
                        features.getSparse().getDimension(),
                        features.getSparse().getIndicesList().stream()
                                .mapToInt(Integer::intValue)
                                .toArray(),
                        floats(features.getSparse().getValuesList()));
            case ROW_NOT_SET -> null;
        };
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
