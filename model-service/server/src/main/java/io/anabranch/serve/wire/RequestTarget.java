package io.anabranch.serve.wire;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a request is about, for the log of administrative calls: the names of models, versions and jobs in it, nothing else. */
public final class RequestTarget {

    private static final Set<String> NAMES =
            Set.of("name", "model_name", "version", "model_version", "job_id", "alias", "task");
    private static final Set<String> SELECTORS = Set.of("model", "spec");
    private static final int MOST_CHARS = 200;

    private RequestTarget() {}

    /** Such as {@code model.name=default model.version=7}; empty: it names nothing. */
    public static String of(Message request) {
        List<String> parts = new ArrayList<>();
        collect(request, "", parts);
        String target = String.join(" ", parts);
        return target.length() <= MOST_CHARS ? target : target.substring(0, MOST_CHARS);
    }

    private static void collect(Message message, String path, List<String> parts) {
        message.getAllFields().forEach((field, value) -> {
            if (field.isRepeated()) {
                return;
            }
            if (SELECTORS.contains(field.getName()) && value instanceof Message inner) {
                collect(inner, path + field.getName() + ".", parts);
            } else if (NAMES.contains(field.getName()) && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                parts.add(path + field.getName() + "=" + value);
            }
        });
    }
}
