package io.anabranch.serve.ingest;

import io.anabranch.serve.Problem.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong. */
final class Findings {

    static final int MAX_TEXT_BYTES = 256;

    private final List<Violation> violations = new ArrayList<>();

    void add(String field, String description, Object... values) {
        violations.add(new Violation(field, description.formatted(values)));
    }

    /** Must have 1 to 256 bytes. */
    void id(String field, String value) {
        if (value.isEmpty()) {
            add(field, "Is missing.");
        } else {
            text(field, value);
        }
    }

    /** Must have at most 256 bytes. */
    void text(String field, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_TEXT_BYTES) {
            add(field, "Has %d bytes, but at most %d are allowed.", bytes, MAX_TEXT_BYTES);
        }
    }

    List<Violation> violations() {
        return violations;
    }
}
