package io.anabranch.stream;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The topics as they must be: a pure function of the configuration.
 *
 * <p>Events, updates, halo and dead letters are kept for ever in this release. Updates and halo records are deltas that a
 * partition which was down for long still has to read; how long is enough is the operator's choice once the partitions can
 * tell that something is missing.
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
        Topics names = config.topics();
        int partitions = config.partitions();
        return new TopicPlan(List.of(
                // The broker's clock, not the producer's: "accepted" then means the same for every event.
                log(names.events(), partitions, false, Map.of("message.timestamp.type", "LogAppendTime")),
                log(names.deadLetters(), 1, true, Map.of()),
                log(names.updates(), partitions, false, Map.of()),
                log(names.halo(), partitions, false, Map.of()),
                compacted(names.graph(), partitions, false),
                compacted(names.embeddings(), partitions, false),
                compacted(names.models(), 1, true)));
    }

    private static PlannedTopic log(String name, int partitions, boolean fixed, Map<String, String> more) {
        Map<String, String> settings = new TreeMap<>(more);
        settings.put("cleanup.policy", "delete");
        settings.put("retention.ms", FOR_EVER);
        settings.put("retention.bytes", FOR_EVER);
        settings.put("max.message.bytes", MAX_BYTES);
        return new PlannedTopic(name, partitions, fixed, false, Map.copyOf(settings));
    }

    private static PlannedTopic compacted(String name, int partitions, boolean fixed) {
        return new PlannedTopic(
                name, partitions, fixed, true, Map.of("cleanup.policy", "compact", "max.message.bytes", MAX_BYTES));
    }
}
