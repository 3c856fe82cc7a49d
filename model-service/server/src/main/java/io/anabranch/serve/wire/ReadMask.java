package io.anabranch.serve.wire;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which fields of each element of an answer a request wants (AIP-157): paths are of the element, such as one Classification; all else of the
 * response is always there. No path, or {@code *} among them, is every field. Immutable.
 */
public final class ReadMask {

    private static final String EVERYTHING = "*";
    /** Without it an optional number that is absent would come out as one that is there and zero. */
    private static final FieldMaskUtil.TrimOptions AS_UNSET_AS_BEFORE =
            new FieldMaskUtil.TrimOptions().setRetainPrimitiveFieldUnsetState(true);

    private final Descriptor element;
    private final FieldMask mask;
    // Empty: everything is wanted.
    private final Set<String> fields;

    private ReadMask(Descriptor element, FieldMask mask, Set<String> fields) {
        this.element = element;
        this.mask = mask;
        this.fields = fields;
    }

    /** @throws io.anabranch.serve.ProblemException where a path is none of the element's */
    public static ReadMask of(FieldMask mask, Descriptor element) {
        if (mask.getPathsCount() == 0) {
            return all(element);
        }
        List<Violation> violations = new ArrayList<>();
        boolean everything = false;
        for (int i = 0; i < mask.getPathsCount(); i++) {
            String path = mask.getPaths(i);
            if (path.equals(EVERYTHING)) {
                everything = true;
            } else if (!FieldMaskUtil.isValid(element, path)) {
                violations.add(new Violation("read_mask.paths[%d]".formatted(i), wrong(path, element)));
            }
        }
        if (!violations.isEmpty()) {
            throw new Problem.Invalid(violations).exception();
        }
        if (everything) {
            return all(element);
        }
        FieldMask normal = FieldMaskUtil.normalize(mask);
        return new ReadMask(
                element,
                normal,
                normal.getPathsList().stream().map(ReadMask::first).collect(Collectors.toUnmodifiableSet()));
    }

    private static ReadMask all(Descriptor element) {
        return new ReadMask(element, FieldMask.getDefaultInstance(), Set.of());
    }

    /** Names what is allowed where the path goes wrong. */
    private static String wrong(String path, Descriptor element) {
        Descriptor type = element;
        StringBuilder prefix = new StringBuilder();
        for (String name : path.split("\\.", -1)) {
            FieldDescriptor field = type.findFieldByName(name);
            if (field == null) {
                break;
            }
            prefix.append(name).append('.');
            if (field.isRepeated() || field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                return "Must not go on behind %s, which is no single message, but is %s."
                        .formatted(prefix.substring(0, prefix.length() - 1), path);
            }
            type = field.getMessageType();
        }
        String allowed =
                type.getFields().stream().map(field -> prefix + field.getName()).collect(Collectors.joining(", "));
        return "Must be a field of %s (%s%s), but is %s."
                .formatted(type.getName(), prefix.isEmpty() ? "*, " : "", allowed, path);
    }

    private static String first(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }

    public boolean wantsAll() {
        return fields.isEmpty();
    }

    /** Whether this field of the element, or a part of it, is wanted: what is not need not be computed. */
    boolean wants(String field) {
        return fields.isEmpty() || fields.contains(field);
    }

    /** The element with what is wanted of it. */
    <M extends Message> M trim(M of) {
        return fields.isEmpty() ? of : FieldMaskUtil.trim(mask, of, AS_UNSET_AS_BEFORE);
    }

    /**
     * The fields, of the response and of all that it is made of, that may be shown where they have their default value: not those that were not
     * asked for, since nobody knows those.
     */
    public Set<FieldDescriptor> shown(Descriptor response) {
        Set<FieldDescriptor> shown = new HashSet<>();
        collect(response, "", response.equals(element), shown, new HashSet<>());
        return shown;
    }

    private void collect(
            Descriptor type, String prefix, boolean masked, Set<FieldDescriptor> shown, Set<Descriptor> seen) {
        if (!seen.add(type)) {
            return;
        }
        for (FieldDescriptor field : type.getFields()) {
            String path = prefix + field.getName();
            if (masked && !covers(path)) {
                continue;
            }
            shown.add(field);
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                Descriptor below = field.getMessageType();
                boolean inside = masked && !whole(path);
                collect(below, inside ? path + "." : "", inside || below.equals(element), shown, seen);
            }
        }
    }

    private boolean covers(String path) {
        return fields.isEmpty()
                || mask.getPathsList().stream()
                        .anyMatch(wanted ->
                                wanted.equals(path) || wanted.startsWith(path + ".") || path.startsWith(wanted + "."));
    }

    private boolean whole(String path) {
        return fields.isEmpty()
                || mask.getPathsList().stream()
                        .anyMatch(wanted -> wanted.equals(path) || path.startsWith(wanted + "."));
    }
}
