package io.anabranch.stream.ingest;

import io.anabranch.event.v1.Label;
import io.anabranch.event.v1.Part;
import org.jspecify.annotations.Nullable;

/** Rules for a label. Names are 1 to 256 bytes long. */
final class LabelRules {

    private LabelRules() {}

    /** Null: fine. */
    static @Nullable Problem check(Label label) {
        Problem task = task(label.getTask());
        if (task != null) {
            return task;
        }
        if (label.getPart() == Part.UNRECOGNIZED) {
            return malformed(
                    "The part %d of the label for task '%s' is unknown.", label.getPartValue(), label.getTask());
        }
        return switch (label.getValueCase()) {
            case CLASS_NAME -> name(label.getClassName(), "class of the label for task '" + label.getTask() + "'");
            case CLASS_SET -> classes(label);
            case TARGET ->
                Double.isFinite(label.getTarget())
                        ? null
                        : malformed(
                                "The target %s of the label for task '%s' must be finite.",
                                label.getTarget(), label.getTask());
            case VALUE_NOT_SET -> malformed("The label for task '%s' has no value.", label.getTask());
        };
    }

    static @Nullable Problem task(String task) {
        return name(task, "task of the label");
    }

    private static @Nullable Problem classes(Label label) {
        Problem problem = null;
        for (int i = 0; problem == null && i < label.getClassSet().getClassNamesCount(); i++) {
            problem = name(
                    label.getClassSet().getClassNames(i),
                    "class " + i + " of the label for task '" + label.getTask() + "'");
        }
        return problem;
    }

    private static @Nullable Problem name(String name, String role) {
        return name.isEmpty()
                ? malformed("The %s is missing.", role)
                : TextRules.atMost(name, role, RejectionReason.LABEL_MALFORMED);
    }

    private static Problem malformed(String detail, Object... values) {
        return Problem.of(RejectionReason.LABEL_MALFORMED, detail, values);
    }
}
