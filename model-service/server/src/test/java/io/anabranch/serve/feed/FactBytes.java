package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FactJournal.StepFact;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.v1.FactRecord;
import org.jspecify.annotations.Nullable;

/** A partition's facts as records of the graph topic, straight into a feed. */
final class FactBytes implements FactJournal {

    private final GraphFeed feed;

    FactBytes(GraphFeed feed) {
        this.feed = feed;
    }

    @Override
    public void write(Fact fact, boolean shows) {
        if (!shows) {
            return;
        }
        io.anabranch.graph.v1.FactKey.Builder key = io.anabranch.graph.v1.FactKey.newBuilder();
        FactRecord.Builder record = FactRecord.newBuilder();
        boolean there = switch (fact) {
            case NodeFact node -> {
                key.setNodeId(node.id());
                record.getNodeBuilder().setType(node.type());
                if (node.features() != null) {
                    record.getNodeBuilder().setFeatures(dense(node.features()));
                }
                yield node.present();
            }
            case EdgeFact edge -> {
                EdgeId id = edge.edge();
                key.getEdgeBuilder()
                        .setSource(id.source())
                        .setTarget(id.target())
                        .setType(id.type());
                record.getEdgeBuilder().setWeight(edge.weight());
                yield edge.live();
            }
            case StepFact step -> throw new IllegalArgumentException("Nobody is told of " + step);
            case LabelFact label -> {
                key.getLabelBuilder().setNodeId(label.nodeId()).setTask(label.task());
                record.getLabelBuilder().setTask(label.task());
                if (label.label() != null && label.label().value() instanceof LabelValue.OneClass one) {
                    record.getLabelBuilder().setClassName(one.name());
                }
                yield label.label() != null;
            }
        };
        accept(key.build().toByteArray(), there ? record.build().toByteArray() : null);
    }

    @Override
    public void forget(FactKey key) {}

    private void accept(byte[] key, byte @Nullable [] value) {
        try {
            feed.accept(key, value);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Features dense(FeatureVector features) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : features.toArray()) {
            row.addValues(value);
        }
        return Features.newBuilder().setDense(row).build();
    }
}
