package io.anabranch.serve;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a request cannot be answered. Every transport maps these kinds to its own codes. */
public sealed interface Problem {

    /** What is wrong, with the values. */
    String message();

    /** Stable, upper-case, for programs. */
    String reason();

    /** The request itself is wrong, whatever the state of the service. */
    record Invalid(List<Violation> violations) implements Problem {
        public Invalid {
            violations = List.copyOf(violations);
            if (violations.isEmpty()) {
                throw new IllegalArgumentException("An invalid request must have at least one violation.");
            }
        }

        @Override
        public String message() {
            Violation first = violations.getFirst();
            String more = violations.size() == 1 ? "" : " (and %d more)".formatted(violations.size() - 1);
            return first.field() + ": " + first.description() + more;
        }

        @Override
        public String reason() {
            return "INVALID_REQUEST";
        }
    }

    /** One wrong field; the field is a path such as {@code node_ids[3]}. */
    record Violation(String field, String description) {}

    /** The request names things that are not there. */
    record Missing(ResourceKind kind, List<String> names, String message) implements Problem {
        public Missing {
            names = List.copyOf(names);
        }

        @Override
        public String reason() {
            return kind.name() + "_NOT_FOUND";
        }
    }

    /** The request is right, but not in the present state. */
    record Unmet(String reason, String message) implements Problem {}

    /** Not now, but soon. */
    record Unready(String message, Duration retryAfter) implements Problem {
        @Override
        public String reason() {
            return "NOT_READY";
        }
    }

    /**
     * What was asked for did not come about in time.
     *
     * @param facts what was asked for and how far it got, by name
     */
    record Late(String message, Map<String, String> facts) implements Problem {
        public Late {
            facts = Map.copyOf(facts);
        }

        @Override
        public String reason() {
            return "NOT_REACHED_IN_TIME";
        }
    }

    /** The request points behind the end of something that grows. */
    record Beyond(String message) implements Problem {
        @Override
        public String reason() {
            return "BEYOND_THE_END";
        }
    }

    /** No state of this service would answer it. */
    record Unsupported(String message) implements Problem {
        @Override
        public String reason() {
            return "UNSUPPORTED";
        }
    }

    /** Too much at once. */
    record Exhausted(String message, Duration retryAfter) implements Problem {
        @Override
        public String reason() {
            return "QUEUE_FULL";
        }
    }

    /**
     * The guard at the door refuses the call, whatever it asks for.
     *
     * @param retryAfter null: trying again is no use
     */
    record Refused(
            Refusal refusal,
            String reason,
            String message,
            @Nullable Duration retryAfter) implements Problem {}

    /** Why the guard refuses. */
    enum Refusal {
        /** Nobody knows who calls. */
        UNAUTHENTICATED,
        /** The caller may not. */
        FORBIDDEN,
        /** As many calls are under way as may be. */
        OVERLOADED,
        /** The tenant has had its share. */
        QUOTA,
        /** The caller no longer waits. */
        EXPIRED,
        /** The server has been told to stop. */
        STOPPING
    }

    /** What a request can name. */
    enum ResourceKind {
        NODE("node"),
        MODEL("model"),
        VERSION("model version"),
        ALIAS("model alias"),
        TASK("task"),
        TRAINING("training job");

        private final String label;

        ResourceKind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    default ProblemException exception() {
        return new ProblemException(this);
    }

    static ProblemException invalid(String field, String description) {
        return new Invalid(List.of(new Violation(field, description))).exception();
    }

    /** The server has been told to stop: another one answers, or this one when it is back. */
    static ProblemException stopping() {
        return new Refused(Refusal.STOPPING, "STOPPING", "The server is stopping.", Duration.ofSeconds(1)).exception();
    }

    static ProblemException missing(ResourceKind kind, String name, String message) {
        return new Missing(kind, List.of(name), message).exception();
    }

    static ProblemException unmet(String reason, String message) {
        return new Unmet(reason, message).exception();
    }
}
