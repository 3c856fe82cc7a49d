package io.anabranch.stream.snapshot;

/**
 * Names of what a snapshot is taken from and written to.
 *
 * @param prefix of all topics
 * @param applicationId of the stream processor, which is its consumer group
 * @param changelog topic of the partitions' state
 */
public record SnapshotTopics(
        String prefix, String applicationId, String events, String updates, String models, String changelog) {}
