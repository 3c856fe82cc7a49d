package io.anabranch.serve.wire;

import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.Part;
import io.anabranch.event.v1.Provenance;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.snapshot.ReplicaEdge;
import io.anabranch.graph.snapshot.ReplicaNode;
import io.anabranch.v1.Edge;
import io.anabranch.v1.Node;

/** Messages from what the replica of the graph holds. */
final class GraphMapping {

    private GraphMapping() {}

    static Node node(ReplicaNode node, int partition) {
        Node.Builder message = Node.newBuilder()
                .setId(node.id())
                .setPartition(partition)
                .setInEdges(node.inEdges())
                .setOutEdges(node.outEdges())
                .setEventTimeMs(node.eventTimeMs());
        if (node.type() != null) {
            message.setType(node.type());
        }
        if (node.features() != null) {
            message.setFeatures(features(node.features()));
        }
        node.labels().forEach(label -> message.addLabels(label(label)));
        return message.build();
    }

    static Edge edge(ReplicaEdge edge) {
        Edge.Builder message = Edge.newBuilder()
                .setSource(edge.id().source())
                .setTarget(edge.id().target())
                .setType(edge.id().type())
                .setWeight(edge.weight())
                .setProvenance(
                        switch (edge.provenance()) {
                            case OBSERVED -> Provenance.PROVENANCE_OBSERVED;
                            case LEARNED -> Provenance.PROVENANCE_LEARNED;
                        })
                .setEventTimeMs(edge.eventTimeMs());
        if (edge.expiry() != GraphMutation.NEVER_EXPIRES) {
            message.setExpiresMs(edge.expiry());
        }
        return message.build();
    }

    private static Features features(FeatureVector row) {
        if (!row.isSparse()) {
            DenseFeatures.Builder dense = DenseFeatures.newBuilder();
            for (int i = 0; i < row.storedCount(); i++) {
                dense.addValues(row.storedValue(i));
            }
            return Features.newBuilder().setDense(dense).build();
        }
        SparseFeatures.Builder sparse = SparseFeatures.newBuilder().setDimension(row.dimension());
        for (int i = 0; i < row.storedCount(); i++) {
            sparse.addIndices(row.storedIndex(i)).addValues(row.storedValue(i));
        }
        return Features.newBuilder().setSparse(sparse).build();
    }

    private static io.anabranch.event.v1.Label label(Label label) {
        io.anabranch.event.v1.Label.Builder message = io.anabranch.event.v1.Label.newBuilder()
                .setTask(label.task())
                .setPart(
                        switch (label.part()) {
                            case TRAIN -> Part.PART_TRAIN;
                            case VALIDATION -> Part.PART_VALIDATION;
                            case TEST -> Part.PART_TEST;
                        });
        switch (label.value()) {
            case LabelValue.OneClass one -> message.setClassName(one.name());
            case LabelValue.ClassSet set ->
                message.setClassSet(ClassSet.newBuilder().addAllClassNames(set.names()));
            case LabelValue.Target target -> message.setTarget(target.value());
        }
        return message.build();
    }
}
