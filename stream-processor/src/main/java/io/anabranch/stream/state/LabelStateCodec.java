package io.anabranch.stream.state;

import io.anabranch.graph.Label;
import io.anabranch.graph.LabelValue;
import io.anabranch.graph.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored label: {@code u8 form} (0 none, 1 one class, 2 class set, 3 target); for all but 0 {@code u8 part} (0 train,
 * 1 validation, 2 test); then {@code text}, or {@code i32 count} and texts, or the bits of a double as {@code i64}.
 */
final class LabelStateCodec {

    private static final int NONE = 0;
    private static final int ONE_CLASS = 1;
    private static final int CLASS_SET = 2;
    private static final int TARGET = 3;

    private LabelStateCodec() {}

    static void write(ByteSink sink, @Nullable Label label) {
        if (label == null) {
            sink.u8(NONE);
            return;
        }
        int part = switch (label.part()) {
            case TRAIN -> 0;
            case VALIDATION -> 1;
            case TEST -> 2;
        };
        switch (label.value()) {
            case LabelValue.OneClass one -> sink.u8(ONE_CLASS).u8(part).text(one.name());
            case LabelValue.ClassSet set -> {
                sink.u8(CLASS_SET).u8(part).i32(set.names().size());
                set.names().forEach(sink::text);
            }
            case LabelValue.Target target -> sink.u8(TARGET).u8(part).i64(Double.doubleToRawLongBits(target.value()));
        }
    }

    static @Nullable Label read(ByteSource source, String task) {
        int form = source.u8();
        if (form == NONE) {
            return null;
        }
        Part part = part(source.u8());
        return new Label(task, value(source, form), part);
    }

    private static Part part(int part) {
        return switch (part) {
            case 0 -> Part.TRAIN;
            case 1 -> Part.VALIDATION;
            case 2 -> Part.TEST;
            default -> throw new IncompatibleStateException("The stored label's part (%d) is unknown.".formatted(part));
        };
    }

    private static LabelValue value(ByteSource source, int form) {
        return switch (form) {
            case ONE_CLASS -> new LabelValue.OneClass(source.text());
            case CLASS_SET -> {
                int count = source.i32();
                List<String> names = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    names.add(source.text());
                }
                yield LabelValue.ClassSet.of(names);
            }
            case TARGET -> new LabelValue.Target(Double.longBitsToDouble(source.i64()));
            default -> throw new IncompatibleStateException("The stored label's form (%d) is unknown.".formatted(form));
        };
    }
}
