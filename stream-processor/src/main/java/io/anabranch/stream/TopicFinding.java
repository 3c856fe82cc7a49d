package io.anabranch.stream;

import java.util.List;

/**
 * What was found of one topic that is planned.
 *
 * @param partitions as there are, or as there would be
 * @param differences from the plan, one sentence each; none of a topic that is missing
 */
public record TopicFinding(String topic, State state, int partitions, List<String> differences) {

    /** Whether the topic is there, and as planned. */
    public enum State {
        /** It was there as it would be created. */
        AS_PLANNED,
        /** It is there, but it would be created otherwise; {@link TopicFinding#differences} says how. */
        DIFFERENT,
        /** It was missing and has been created. */
        CREATED,
        /** It is missing. */
        MISSING
    }

    public TopicFinding {
        differences = List.copyOf(differences);
    }
}
