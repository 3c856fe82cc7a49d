package io.anabranch.serve.wire;

import io.anabranch.serve.Problem;
import java.util.regex.Pattern;

/** What several requests must satisfy. */
final class Requests {

    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private Requests() {}

    static void requireName(String name) {
        requireText("name", name);
    }

    static void requireText(String field, String value) {
        if (value.isEmpty()) {
            throw Problem.invalid(field, "Is missing.");
        }
    }

    static void requireVersion(long version) {
        if (version < 1) {
            throw Problem.invalid("version", "Must be positive, but is %d.".formatted(version));
        }
    }

    /** May be absent. */
    static void requireRequestId(String id) {
        if (!id.isEmpty() && !UUID.matcher(id).matches()) {
            throw Problem.invalid("request_id", "Must be a UUID or empty, but is %s.".formatted(id));
        }
    }
}
