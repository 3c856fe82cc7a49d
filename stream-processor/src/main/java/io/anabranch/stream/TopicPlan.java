package io.anabranch.stream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The topics as they must be: a pure function of the configuration.
 *
 * <p>Events, updates and dead letters are kept for ever: a partition can be built anew from the updates. Halo records are kept
 * for a time that must exceed the longest outage, since a partition that was down has to read what was said to it meanwhile; one
 * that finds a gap refuses to go on ({@link InputPositions}).
 *
 * @param topics in the order of the data's flow
 */
record TopicPlan(List<PlannedTopic> topics) {

    private static final String MAX_BYTES = Integer.toString(StreamConfig.MAX_MESSAGE_BYTES);
    private static final String FOR_EVER = "-1";

    /**
     * One topic.
     *
     * @param fixed whether the number of partitions is the same under every configuration
     * @param compacted whether only the last record of each key is kept, and kept for ever
     * @param settings what the topic is created with
     */
    record PlannedTopic(String name, int partitions, boolean fixed, boolean compacted, Map<String, String> settings) {}

    static TopicPlan of(StreamConfig config) {
        return of(config.topics(), config.partitions(), config.haloRetention());
    }

    static TopicPlan of(Topics names, int partitions, Duration haloRetention) {
        return new TopicPlan(List.of(
                // The broker's clock, not the producer's: "accepted" then means the same for every event.
                log(names.events(), partitions, false, FOR_EVER, Map.of("message.timestamp.type", "LogAppendTime")),
                log(names.deadLetters(), 1, true, FOR_EVER, Map.of()),
                log(names.updates(), partitions, false, FOR_EVER, Map.of()),
                // Also here: what is said today of an event of last month must not be too old to be kept.
                log(
                        names.halo(),
                        partitions,
                        false,
                        Long.toString(haloRetention.toMillis()),
                        Map.of("message.timestamp.type", "LogAppendTime")),
                compacted(names.graph(), partitions, false),
                compacted(names.embeddings(), partitions, false),
                compacted(names.models(), 1, true),
                compacted(names.processors(), 1, true)));
    }

    private static PlannedTopic log(
            String name, int partitions, boolean fixed, String retentionMs, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(more);
        settings.put("cleanup.policy", "delete");
        settings.put("retention.ms", retentionMs);
        settings.put("retention.bytes", FOR_EVER);
        settings.put("max.message.bytes", MAX_BYTES);
        return new PlannedTopic(name, partitions, fixed, false, Map.copyOf(settings));
    }

    private static PlannedTopic compacted(String name, int partitions, boolean fixed) {
        return new PlannedTopic(
                name, partitions, fixed, true, Map.of("cleanup.policy", "compact", "max.message.bytes", MAX_BYTES));
    }
}
