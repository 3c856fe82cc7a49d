package io.anabranch.stream.snapshot;

import io.anabranch.graph.FactJournal.EdgeFact;
import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.FactJournal.NodeFact;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.snapshot.v1.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.rocksdb.RocksDBException;

/**
 * Takes a snapshot of a service that runs or is stopped, from the changelogs of its partitions and the topic of models. The service does not notice.
 *
 * <p><b>No gap.</b> A partition writes the position of a CLOCK into its state behind the registers of all updates before it, into the same
 * partition of the changelog. So whoever has read up to there has both, and below the least position that any partition names every event is
 * contained, wherever it landed. What came later may be contained or not; registers are merged, so it does no harm to hear it again.
 *
 * <p><b>Compaction.</b> A record that is superseded may go while the changelog is read. What superseded it lies further on, so everything is
 * complete once there is nothing further on: reading goes on until it has caught up.
 */
public final class SnapshotExport {

    private static final Duration POLL = Duration.ofMillis(100);
    /** So often the end may have moved on before a partition is given up that writes as fast as it can be read. */
    private static final int MOST_ROUNDS = 10_000;

    private final Map<String, Object> clientProperties;
    private final Duration patience;
    private final SnapshotTopics topics;
    private final Clock clock;

    /**
     * @param clientProperties of Kafka's clients, {@code bootstrap.servers} at least
     * @param patience how long Kafka may take to answer
     */
    public SnapshotExport(Map<String, String> clientProperties, Duration patience, SnapshotTopics topics, Clock clock) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.patience = patience;
        this.topics = topics;
        this.clock = clock;
    }

    /**
     * Writes the snapshot to a folder that is empty or does not exist.
     *
     * @param progress told how many records have been read
     * @throws SnapshotRefusedException if there is nothing to take one of, or something lies in the folder
     * @throws SnapshotAccessException if Kafka cannot be read
     */
    public Manifest run(Path folder, LongConsumer progress) throws IOException, InterruptedException {
        try (Admin admin = Admin.create(clientProperties);
                KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            int partitions = partitions(admin, topics.changelog());
            TopicDescription events = describe(admin, topics.events());
            try (SnapshotWriter writer = SnapshotWriter.create(folder)) {
                try (ChangelogScan scan = new ChangelogScan(folder.resolve("scan"), partitions)) {
                    read(consumer, topics.changelog(), partitions, new Records(scan, progress));
                    scan.end();
                    registers(scan, writer, partitions);
                    for (int e = 0; e < events.partitions().size(); e++) {
                        int partition = e;
                        writer.manifest()
                                .addEventsPositions(IntStream.range(0, partitions)
                                        .mapToLong(p -> scan.clock(p).eventsPosition(partition))
                                        .min()
                                        .orElse(0));
                    }
                }
                models(consumer, admin, writer);
                writer.manifest()
                        .setPartitions(partitions)
                        .setEventsTopicId(events.topicId().toString());
                return writer.finish(topics.prefix(), clock.instant());
            }
        } catch (KafkaException | RocksDBException e) {
            throw failed(e);
        }
    }

    private static SnapshotAccessException failed(Exception e) {
        return new SnapshotAccessException("The snapshot cannot be taken: %s".formatted(e.getMessage()), e);
    }

    /** What a record of the changelog is for. */
    private static final class Records {
        private final ChangelogScan scan;
        private final LongConsumer progress;
        private long count;

        Records(ChangelogScan scan, LongConsumer progress) {
            this.scan = scan;
            this.progress = progress;
        }

        void read(ConsumerRecord<byte[], byte[]> record) throws RocksDBException {
            scan.read(record);
            progress.accept(++count);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, String topic, int partitions, Records records)
            throws RocksDBException {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicPartition(topic, p))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        for (int round = 0; !caughtUp(consumer, all); round++) {
            if (round == MOST_ROUNDS) {
                throw new SnapshotRefusedException(
                        "The topic %s grows as fast as it is read.%nMaybe take the snapshot at a quieter time."
                                .formatted(topic));
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                records.read(record);
            }
        }
    }

    private boolean caughtUp(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> all) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(all, patience);
        return all.stream().allMatch(p -> consumer.position(p, patience) >= ends.getOrDefault(p, 0L));
    }

    private static void registers(ChangelogScan scan, SnapshotWriter writer, int partitions) throws IOException {
        Ownership ownership = Ownership.byHash(partitions, 0);
        ChangelogScan.Deletes deletes = new ChangelogScan.Deletes();
        scan.nodes(register -> {
            NodeFact node = (NodeFact) register;
            deletes.note(node.id(), node.deleteTime());
            scan.clock(ownership.ownerOf(node.id())).register(node.greatestTime());
            writer.add(node);
        });
        scan.others(register -> {
            scan.clock(ownership.ownerOf(register.owner())).register(register.greatestTime());
            writer.add(register instanceof EdgeFact edge ? judged(edge, deletes) : register);
        });
        long expired = PartitionGraph.NEVER;
        for (int p = 0; p < partitions; p++) {
            expired = Math.max(expired, scan.clock(p).expiryTime());
        }
        if (expired != PartitionGraph.NEVER) {
            writer.manifest().setExpiredToMs(expired);
        }
    }

    /** Partitions are not read at one moment: one may not have heard yet of a delete that stands in another. */
    private static Fact judged(EdgeFact edge, ChangelogScan.Deletes deletes) {
        boolean deleted = edge.live()
                && edge.time()
                        <= Math.max(
                                deletes.of(edge.edge().source()),
                                deletes.of(edge.edge().target()));
        return deleted ? new EdgeFact(edge.edge(), edge.time(), false, 0, edge.provenance()) : edge;
    }

    private void models(KafkaConsumer<byte[], byte[]> consumer, Admin admin, SnapshotWriter writer)
            throws IOException, InterruptedException {
        if (partitions(admin, topics.models()) != 1) {
            throw new SnapshotRefusedException("The topic %s must have one partition.".formatted(topics.models()));
        }
        Map<ByteBuffer, byte[]> last = new LinkedHashMap<>();
        List<TopicPartition> one = List.of(new TopicPartition(topics.models(), 0));
        consumer.assign(one);
        consumer.seekToBeginning(one);
        while (!caughtUp(consumer, one)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.key() != null) {
                    // Behind whatever came since: a manifest stands behind its chunks.
                    last.remove(ByteBuffer.wrap(record.key()));
                    if (record.value() != null) {
                        last.put(ByteBuffer.wrap(record.key()), record.value());
                    }
                }
            }
        }
        for (Map.Entry<ByteBuffer, byte[]> record : last.entrySet()) {
            writer.model(record.getKey().array(), record.getValue());
        }
    }

    private int partitions(Admin admin, String topic) throws InterruptedException {
        return describe(admin, topic).partitions().size();
    }

    private TopicDescription describe(Admin admin, String topic) throws InterruptedException {
        return TopicLook.describe(admin, topic);
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("client.id", "anabranch-snapshot-export");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        properties.put("max.poll.records", "5000");
        properties.put("default.api.timeout.ms", Long.toString(patience.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
