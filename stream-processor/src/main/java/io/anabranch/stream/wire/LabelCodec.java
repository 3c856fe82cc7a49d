package io.anabranch.stream.wire;

import io.anabranch.event.v1.ClassSet;
import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;

/** Labels between protobuf and the graph. A label without a part gets it by hash on the way in. */
final class LabelCodec {

    private LabelCodec() {}

    static Label decode(String nodeId, io.anabranch.event.v1.Label label) {
        return new Label(label.getTask(), value(label), part(nodeId, label));
    }

    private static LabelValue value(io.anabranch.event.v1.Label label) {
        return switch (label.getValueCase()) {
            case CLASS_NAME -> new LabelValue.OneClass(label.getClassName());
            case CLASS_SET -> LabelValue.ClassSet.of(label.getClassSet().getClassNamesList());
            case TARGET -> new LabelValue.Target(label.getTarget());
            case VALUE_NOT_SET ->
                throw new IllegalArgumentException(
                        "The label for task (%s) must have a value.".formatted(label.getTask()));
        };
    }

    private static Part part(String nodeId, io.anabranch.event.v1.Label label) {
        return switch (label.getPart()) {
            case PART_TRAIN -> Part.TRAIN;
            case PART_VALIDATION -> Part.VALIDATION;
            case PART_TEST -> Part.TEST;
            case PART_UNSPECIFIED -> Part.byHash(nodeId, label.getTask());
            case UNRECOGNIZED ->
                throw new IllegalArgumentException("The part (%d) of the label for task (%s) must be known."
                        .formatted(label.getPartValue(), label.getTask()));
        };
    }

    static io.anabranch.event.v1.Label encode(Label label) {
        io.anabranch.event.v1.Label.Builder encoded =
                io.anabranch.event.v1.Label.newBuilder().setTask(label.task()).setPart(part(label.part()));
        switch (label.value()) {
            case LabelValue.OneClass one -> encoded.setClassName(one.name());
            case LabelValue.ClassSet set ->
                encoded.setClassSet(ClassSet.newBuilder().addAllClassNames(set.names()));
            case LabelValue.Target target -> encoded.setTarget(target.value());
        }
        return encoded.build();
    }

    private static io.anabranch.event.v1.Part part(Part part) {
        return switch (part) {
            case TRAIN -> io.anabranch.event.v1.Part.PART_TRAIN;
            case VALIDATION -> io.anabranch.event.v1.Part.PART_VALIDATION;
            case TEST -> io.anabranch.event.v1.Part.PART_TEST;
        };
    }
}
