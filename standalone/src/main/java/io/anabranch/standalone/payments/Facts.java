package io.anabranch.standalone.payments;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.LabelUpsert;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.event.v1.Part;

/** Facts of the payments world as events. */
final class Facts {

    private static final String PAYMENT = "payment";

    private Facts() {}

    static GraphEvent node(String id, String type, float[] features, long timeMs) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : features) {
            row.addValues(value);
        }
        return at(timeMs)
                .setNodeUpsert(NodeUpsert.newBuilder()
                        .setId(id)
                        .setType(type)
                        .setFeatures(Features.newBuilder().setDense(row)))
                .build();
    }

    static GraphEvent closed(String id, long timeMs) {
        return at(timeMs).setNodeDelete(NodeDelete.newBuilder().setId(id)).build();
    }

    static GraphEvent payment(String source, String target, long timeMs) {
        return at(timeMs)
                .setEdgeUpsert(EdgeUpsert.newBuilder()
                        .setSource(source)
                        .setTarget(target)
                        .setType(PAYMENT))
                .build();
    }

    static GraphEvent reversal(String source, String target, long timeMs) {
        return at(timeMs)
                .setEdgeDelete(EdgeDelete.newBuilder()
                        .setSource(source)
                        .setTarget(target)
                        .setType(PAYMENT))
                .build();
    }

    static GraphEvent label(Account account, long timeMs) {
        Part part = switch (account.share()) {
            case TRAIN -> Part.PART_TRAIN;
            case VALIDATION -> Part.PART_VALIDATION;
            case TEST -> Part.PART_TEST;
            case UNLABELLED -> throw new IllegalArgumentException("%s has no label.".formatted(account.id()));
        };
        return at(timeMs)
                .setLabelUpsert(LabelUpsert.newBuilder()
                        .setNodeId(account.id())
                        .setLabel(Label.newBuilder()
                                .setTask(PaymentsStream.TASK)
                                .setClassName(account.fraud() ? PaymentsStream.FRAUD : PaymentsStream.LEGIT)
                                .setPart(part)))
                .build();
    }

    private static GraphEvent.Builder at(long timeMs) {
        return GraphEvent.newBuilder().setEventTimeMs(timeMs);
    }
}
