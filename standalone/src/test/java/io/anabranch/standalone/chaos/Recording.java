package io.anabranch.standalone.chaos;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * Everything that the system wrote, read back after it came to rest, committed records only: whole logs of events, updates,
 * dead letters and models; of graph and embeddings, which are far longer, the newest record of every key.
 */
record Recording(
        List<LogRecord> events,
        List<LogRecord> updates,
        List<LogRecord> deadLetters,
        List<LogRecord> models,
        CompactedTopic graph,
        CompactedTopic embeddings) {

    static Recording empty() {
        return new Recording(
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new CompactedTopic(),
                new CompactedTopic());
    }

    /** Takes a record of the topic with this name, the prefix left out. */
    void add(String topic, LogRecord record) {
        switch (topic) {
            case "events" -> events.add(record);
            case "updates" -> updates.add(record);
            case "dead-letters" -> deadLetters.add(record);
            case "models" -> models.add(record);
            case "graph" -> compact(graph, record);
            case "embeddings" -> compact(embeddings, record);
            default -> throw new IllegalArgumentException("The topic (%s) is not recorded.".formatted(topic));
        }
    }

    static Collection<String> topics() {
        return List.of("events", "updates", "dead-letters", "models", "graph", "embeddings");
    }

    private static void compact(CompactedTopic topic, LogRecord record) {
        topic.put(
                record.partition(),
                Objects.requireNonNull(record.key(), "A compacted record has a key."),
                record.value());
    }

    /** A copy to be doctored. */
    Recording copy() {
        return new Recording(
                new ArrayList<>(events),
                new ArrayList<>(updates),
                new ArrayList<>(deadLetters),
                new ArrayList<>(models),
                graph.copy(),
                embeddings.copy());
    }
}
