package io.anabranch.standalone;

import io.anabranch.event.v1.ClassSet;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeErase;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.LabelDelete;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodePatch;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.SparseFeatures;
import io.anabranch.graph.FeaturePatch;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.GraphMutation.EraseEdge;
import io.anabranch.graph.GraphMutation.PatchNode;
import io.anabranch.graph.GraphMutation.RemoveEdge;
import io.anabranch.graph.GraphMutation.RemoveLabel;
import io.anabranch.graph.GraphMutation.RemoveNode;
import io.anabranch.graph.GraphMutation.SetLabel;
import io.anabranch.graph.GraphMutation.UpsertEdge;
import io.anabranch.graph.GraphMutation.UpsertNode;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import io.anabranch.graph.Provenance;

/** Mutations of a graph as the events that a producer would send for them. */
public final class MutationEvents {

    private MutationEvents() {}

    public static GraphEvent of(GraphMutation mutation) {
        GraphEvent.Builder event = GraphEvent.newBuilder().setEventTimeMs(mutation.time());
        return switch (mutation) {
            case UpsertNode node -> event.setNodeUpsert(node(node)).build();
            case PatchNode node ->
                event.setNodePatch(NodePatch.newBuilder().setId(node.id()).setColumns(columns(node.columns())))
                        .build();
            case RemoveNode node ->
                event.setNodeDelete(NodeDelete.newBuilder().setId(node.id())).build();
            case UpsertEdge edge -> event.setEdgeUpsert(edge(edge)).build();
            case RemoveEdge edge ->
                event.setEdgeDelete(EdgeDelete.newBuilder()
                                .setSource(edge.edge().source())
                                .setTarget(edge.edge().target())
                                .setType(edge.edge().type()))
                        .build();
            case EraseEdge edge ->
                event.setEdgeErase(EdgeErase.newBuilder()
                                .setSource(edge.edge().source())
                                .setTarget(edge.edge().target())
                                .setType(edge.edge().type())
                                .setErasedTimeMs(edge.erasedTime()))
                        .build();
            case SetLabel label ->
                event.setLabelUpsert(LabelUpsert.newBuilder()
                                .setNodeId(label.nodeId())
                                .setLabel(label(label.label())))
                        .build();
            case RemoveLabel label ->
                event.setLabelDelete(LabelDelete.newBuilder()
                                .setNodeId(label.nodeId())
                                .setTask(label.task()))
                        .build();
        };
    }

    private static NodeUpsert node(UpsertNode node) {
        NodeUpsert.Builder upsert = NodeUpsert.newBuilder().setId(node.id()).setType(node.type());
        FeatureVector features = node.features();
        if (features != null) {
            upsert.setFeatures(features(features));
        }
        return upsert.build();
    }

    private static Features features(FeatureVector row) {
        Features.Builder features = Features.newBuilder();
        if (row.isSparse()) {
            SparseFeatures.Builder sparse = SparseFeatures.newBuilder().setDimension(row.dimension());
            for (int i = 0; i < row.storedCount(); i++) {
                sparse.addIndices(row.storedIndex(i)).addValues(row.storedValue(i));
            }
            return features.setSparse(sparse).build();
        }
        DenseFeatures.Builder dense = DenseFeatures.newBuilder();
        for (float value : row.toArray()) {
            dense.addValues(value);
        }
        return features.setDense(dense).build();
    }

    private static SparseFeatures columns(FeaturePatch patch) {
        SparseFeatures.Builder columns = SparseFeatures.newBuilder().setDimension(patch.dimension());
        for (int i = 0; i < patch.size(); i++) {
            columns.addIndices(patch.column(i)).addValues(patch.value(i));
        }
        return columns.build();
    }

    private static EdgeUpsert edge(UpsertEdge edge) {
        EdgeUpsert.Builder upsert = EdgeUpsert.newBuilder()
                .setSource(edge.edge().source())
                .setTarget(edge.edge().target())
                .setType(edge.edge().type())
                .setProvenance(provenance(edge.provenance()));
        if (edge.weight() != 1) {
            upsert.setWeight(edge.weight());
        }
        if (edge.expiry() != GraphMutation.NEVER_EXPIRES) {
            upsert.setTimeToLiveMs(edge.expiry() - edge.time());
        }
        return upsert.build();
    }

    private static io.anabranch.event.v1.Provenance provenance(Provenance provenance) {
        return switch (provenance) {
            case OBSERVED -> io.anabranch.event.v1.Provenance.PROVENANCE_OBSERVED;
            case LEARNED -> io.anabranch.event.v1.Provenance.PROVENANCE_LEARNED;
        };
    }

    private static io.anabranch.event.v1.Label label(Label label) {
        io.anabranch.event.v1.Label.Builder built =
                io.anabranch.event.v1.Label.newBuilder().setTask(label.task()).setPart(part(label.part()));
        return switch (label.value()) {
            case LabelValue.OneClass one -> built.setClassName(one.name()).build();
            case LabelValue.ClassSet set ->
                built.setClassSet(ClassSet.newBuilder().addAllClassNames(set.names()))
                        .build();
            case LabelValue.Target target -> built.setTarget(target.value()).build();
        };
    }

    private static io.anabranch.event.v1.Part part(Part part) {
        return switch (part) {
            case TRAIN -> io.anabranch.event.v1.Part.PART_TRAIN;
            case VALIDATION -> io.anabranch.event.v1.Part.PART_VALIDATION;
            case TEST -> io.anabranch.event.v1.Part.PART_TEST;
        };
    }
}
