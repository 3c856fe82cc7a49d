package io.anabranch.stream.wire;

import io.anabranch.event.v1.Provenance;
import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.LabelFact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.GraphMutation;
import io.anabranch.graph.v1.EdgeKey;
import io.anabranch.graph.v1.FactKey;
import io.anabranch.graph.v1.FactRecord;
import io.anabranch.graph.v1.LabelKey;
import org.jspecify.annotations.Nullable;

/** Facts to keys and values of the graph topic. A fact that is not live has no value: a tombstone. */
public final class FactCodec {

    private FactCodec() {}

    public static byte[] key(Fact fact) {
        FactKey.Builder key = FactKey.newBuilder();
        switch (fact) {
            case NodeFact node -> key.setNodeId(node.id());
            case EdgeFact edge ->
                key.setEdge(EdgeKey.newBuilder()
                        .setSource(edge.edge().source())
                        .setTarget(edge.edge().target())
                        .setType(edge.edge().type()));
            case StepFact step -> throw untold(step);
            case LabelFact label ->
                key.setLabel(LabelKey.newBuilder().setNodeId(label.nodeId()).setTask(label.task()));
        }
        return key.build().toByteArray();
    }

    /** Null where the fact is not live. */
    public static byte @Nullable [] value(Fact fact) {
        return switch (fact) {
            case NodeFact node -> node.present() ? value(node) : null;
            case EdgeFact edge -> edge.live() ? value(edge) : null;
            case StepFact step -> throw untold(step);
            case LabelFact label ->
                label.label() == null
                        ? null
                        : FactRecord.newBuilder()
                                .setEventTimeMs(label.time())
                                .setLabel(LabelCodec.encode(label.label()))
                                .build()
                                .toByteArray();
        };
    }

    private static IllegalArgumentException untold(StepFact step) {
        return new IllegalArgumentException(
                "The step (%s) is none of the graph topic, which tells what lives now.".formatted(step));
    }

    private static byte[] value(NodeFact node) {
        io.anabranch.graph.v1.NodeFact.Builder fact =
                io.anabranch.graph.v1.NodeFact.newBuilder().setType(node.type());
        if (node.features() != null) {
            fact.setFeatures(FeatureCodec.encode(node.features()));
        }
        return FactRecord.newBuilder()
                .setEventTimeMs(node.latest())
                .setNode(fact)
                .build()
                .toByteArray();
    }

    private static byte[] value(EdgeFact edge) {
        Provenance provenance = switch (edge.provenance()) {
            case OBSERVED -> Provenance.PROVENANCE_OBSERVED;
            case LEARNED -> Provenance.PROVENANCE_LEARNED;
        };
        io.anabranch.graph.v1.EdgeFact.Builder fact = io.anabranch.graph.v1.EdgeFact.newBuilder()
                .setWeight(edge.weight())
                .setProvenance(provenance);
        if (edge.expiry() != GraphMutation.NEVER_EXPIRES) {
            fact.setExpiryMs(edge.expiry());
        }
        return FactRecord.newBuilder()
                .setEventTimeMs(edge.time())
                .setEdge(fact)
                .build()
                .toByteArray();
    }
}
