package io.anabranch.stream.snapshot;

import io.anabranch.snapshot.v1.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/** Decides, before anything is written, where events go on after an import, and sets it afterwards. Positions that a group has are never moved. */
final class EventsPositions {

    private final Admin admin;
    private final SnapshotTopics topics;
    private final List<Long> positions;
    private final String note;

    private EventsPositions(Admin admin, SnapshotTopics topics, List<Long> positions, String note) {
        this.admin = admin;
        this.topics = topics;
        this.positions = positions;
        this.note = note;
    }

    /** @throws SnapshotRefusedException if what is asked for would leave a gap, or cannot be */
    static EventsPositions decide(Admin admin, SnapshotTopics topics, Manifest manifest, EventsFrom from)
            throws InterruptedException {
        TopicDescription events = TopicLook.describe(admin, topics.events());
        List<TopicPartition> partitions = IntStream.range(0, events.partitions().size())
                .mapToObj(p -> new TopicPartition(topics.events(), p))
                .toList();
        String obstacle = obstacle(admin, topics, partitions);
        if (obstacle != null) {
            if (!(from instanceof EventsFrom.Best)) {
                throw new SnapshotRefusedException(
                        "Where %s reads events cannot be set: %s.%nMaybe import without --events-from: what it has read and what is imported add up."
                                .formatted(topics.applicationId(), obstacle));
            }
            return new EventsPositions(
                    admin,
                    topics,
                    List.of(),
                    "%s goes on where it is, since %s. What it has read and what is imported add up."
                            .formatted(topics.applicationId(), obstacle));
        }
        return switch (from) {
            case EventsFrom.Earliest earliest ->
                new EventsPositions(admin, topics, TopicLook.offsets(admin, partitions, OffsetSpec.earliest()), "");
            case EventsFrom.Time time -> new EventsPositions(admin, topics, since(admin, partitions, time.time()), "");
            case EventsFrom.Snapshot snapshot ->
                new EventsPositions(admin, topics, contained(admin, manifest, partitions), "");
            case EventsFrom.Best best -> {
                boolean same = !manifest.getEventsTopicId().isEmpty()
                        && manifest.getEventsTopicId().equals(events.topicId().toString());
                yield same
                        ? new EventsPositions(admin, topics, contained(admin, manifest, partitions), "")
                        : new EventsPositions(
                                admin,
                                topics,
                                List.of(),
                                "%s will begin at the beginning of %s, which is not the topic that the snapshot was taken with. --events-from snapshot is right if it holds the same events at the same offsets."
                                        .formatted(topics.applicationId(), topics.events()));
            }
        };
    }

    /** Why nothing can be set; null if it can. */
    private static @Nullable String obstacle(Admin admin, SnapshotTopics topics, List<TopicPartition> partitions)
            throws InterruptedException {
        try {
            int members = admin.describeConsumerGroups(List.of(topics.applicationId())).all().get().values().stream()
                    .mapToInt(group -> group.members().size())
                    .sum();
            if (members > 0) {
                return "it has %d members that are alive".formatted(members);
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw new SnapshotAccessException(
                        "Kafka does not say what it knows of %s: %s".formatted(topics.applicationId(), e.getCause()),
                        e);
            }
        }
        Map<TopicPartition, OffsetAndMetadata> committed = TopicLook.get(
                admin.listConsumerGroupOffsets(topics.applicationId()).partitionsToOffsetAndMetadata(),
                topics.applicationId());
        return partitions.stream().anyMatch(p -> committed.get(p) != null) ? "it has positions already" : null;
    }

    private static List<Long> contained(Admin admin, Manifest manifest, List<TopicPartition> partitions)
            throws InterruptedException {
        if (manifest.getEventsPositionsCount() != partitions.size()) {
            throw new SnapshotRefusedException(
                    "The snapshot names positions of %d partitions of events, but %s has %d.%nMaybe begin with --events-from earliest, or a time before the snapshot (%s): to hear an event again changes nothing."
                            .formatted(
                                    manifest.getEventsPositionsCount(),
                                    partitions.getFirst().topic(),
                                    partitions.size(),
                                    manifest.getCreated()));
        }
        List<Long> beginnings = TopicLook.offsets(admin, partitions, OffsetSpec.earliest());
        List<Long> ends = TopicLook.offsets(admin, partitions, OffsetSpec.latest());
        List<Long> positions = new ArrayList<>();
        for (int p = 0; p < partitions.size(); p++) {
            long position = manifest.getEventsPositions(p);
            if (position < beginnings.get(p) && position > 0 || position > ends.get(p)) {
                throw new SnapshotRefusedException(
                        "The snapshot contains the events of %s below %d, but the topic holds those from %d to %d.%nMaybe %s."
                                .formatted(
                                        partitions.get(p),
                                        position,
                                        beginnings.get(p),
                                        ends.get(p),
                                        position > ends.get(p)
                                                ? "it is another topic, which does not have the same offsets"
                                                : "its retention is shorter than the snapshot is old: the events between are lost"));
            }
            positions.add(Math.max(position, beginnings.get(p)));
        }
        return positions;
    }

    /** Where the first record of this time or later lies, or the end if nothing was taken so late. */
    private static List<Long> since(Admin admin, List<TopicPartition> partitions, Instant time)
            throws InterruptedException {
        List<Long> found = TopicLook.offsets(admin, partitions, OffsetSpec.forTimestamp(time.toEpochMilli()));
        List<Long> ends = TopicLook.offsets(admin, partitions, OffsetSpec.latest());
        return IntStream.range(0, partitions.size())
                .mapToObj(p -> found.get(p) < 0 ? ends.get(p) : found.get(p))
                .toList();
    }

    /** Does what was decided. */
    void set() throws InterruptedException {
        if (positions.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int p = 0; p < positions.size(); p++) {
            offsets.put(new TopicPartition(topics.events(), p), new OffsetAndMetadata(positions.get(p)));
        }
        TopicLook.get(
                admin.alterConsumerGroupOffsets(topics.applicationId(), offsets).all(), topics.applicationId());
    }

    List<Long> positions() {
        return positions;
    }

    String note() {
        return note;
    }
}
