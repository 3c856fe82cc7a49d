package io.anabranch.stream.snapshot;

import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.stream.wire.RegistersPacker;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a snapshot to the topic of updates, packed, each register in the partition that owns it, whatever the number of partitions there. The
 * partitions merge them as they read them, in a service that runs or when it starts. An import that was cut short is done again: what is there
 * already changes nothing.
 */
public final class SnapshotImport {

    private static final int MOST_REQUEST_BYTES = 4 * 1024 * 1024 - 64 * 1024;
    private static final int BATCH_BYTES = 256 * 1024;

    private final Map<String, Object> clientProperties;
    private final Duration patience;
    private final SnapshotTopics topics;

    /**
     * @param clientProperties of Kafka's clients, {@code bootstrap.servers} at least
     * @param patience how long Kafka may take to answer
     */
    public SnapshotImport(Map<String, String> clientProperties, Duration patience, SnapshotTopics topics) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.patience = patience;
        this.topics = topics;
    }

    /**
     * Imports the snapshot; returns when Kafka has taken all of it. The topics must be there. Models are written behind the graph.
     *
     * @param from where a stream processor that has not run yet is to begin to read events
     * @param withModels whether to write models; the topic of models must hold none
     * @param progress told how many registers have been sent
     * @throws SnapshotRefusedException if the snapshot does not fit what is there; nothing has been written then
     * @throws SnapshotAccessException if Kafka cannot be read or written; a part may have been written
     */
    public ImportReport run(SnapshotFolder snapshot, EventsFrom from, boolean withModels, LongConsumer progress)
            throws IOException, InterruptedException {
        Manifest manifest = snapshot.manifest();
        try (Admin admin = Admin.create(clientProperties)) {
            int partitions =
                    TopicLook.describe(admin, topics.updates()).partitions().size();
            EventsPositions events = EventsPositions.decide(admin, topics, manifest, from);
            boolean models = withModels && manifest.getModelRecords() > 0;
            if (models) {
                requireNoModels(admin);
            }
            Sending sending;
            try (KafkaProducer<byte[], byte[]> producer = producer()) {
                sending = new Sending(producer, topics.updates(), partitions, manifest, progress);
                snapshot.registers(sending::add);
                sending.end();
                if (models) {
                    snapshot.models(record -> sending.send(new ProducerRecord<>(
                            topics.models(),
                            0,
                            record.getKey().toByteArray(),
                            record.getValue().toByteArray())));
                    sending.flush();
                }
            }
            events.set();
            return new ImportReport(
                    sending.registers,
                    sending.records,
                    models ? manifest.getModelRecords() : 0,
                    events.positions(),
                    events.note());
        } catch (KafkaException e) {
            throw failed(e);
        }
    }

    private static SnapshotAccessException failed(Exception e) {
        return new SnapshotAccessException(
                "The snapshot cannot be imported: %s%nMaybe do it again: what was taken already changes nothing."
                        .formatted(e.getMessage()),
                e);
    }

    private void requireNoModels(Admin admin) throws InterruptedException {
        TopicLook.describe(admin, topics.models());
        long end = TopicLook.offsets(admin, List.of(new TopicPartition(topics.models(), 0)), OffsetSpec.latest())
                .getFirst();
        if (end > 0) {
            throw new SnapshotRefusedException(
                    "The topic %s holds models already; those of the snapshot have version numbers of their own.%nMaybe import the graph alone with --no-models, and models with ./anabranch models import."
                            .formatted(topics.models()));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("client.id", "anabranch-snapshot-import");
        properties.put("enable.idempotence", "true");
        properties.put("acks", "all");
        properties.put("compression.type", "lz4");
        properties.put("linger.ms", "20");
        properties.put("batch.size", Integer.toString(BATCH_BYTES));
        properties.put("max.request.size", Integer.toString(MOST_REQUEST_BYTES));
        properties.put("max.block.ms", Long.toString(patience.toMillis()));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Records on their way; the first that fails ends all. */
    private static final class Sending {
        private final KafkaProducer<byte[], byte[]> producer;
        private final String updates;
        private final Ownership ownership;
        private final RegistersPacker[] packers;
        private final LongConsumer progress;
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        private String lastVertex = "";
        private int lastOwner;
        private long registers;
        private long records;

        Sending(
                KafkaProducer<byte[], byte[]> producer,
                String updates,
                int partitions,
                Manifest manifest,
                LongConsumer progress) {
            this.producer = producer;
            this.updates = updates;
            this.progress = progress;
            ownership = Ownership.byHash(partitions, 0);
            packers = new RegistersPacker[partitions];
            long expiredTo = manifest.hasExpiredToMs() ? manifest.getExpiredToMs() : PartitionGraph.NEVER;
            Arrays.setAll(packers, p -> new RegistersPacker(expiredTo));
        }

        void add(List<Fact> facts) {
            for (Fact fact : facts) {
                int owner = owner(fact);
                packers[owner].add(fact);
                if (packers[owner].isFull()) {
                    pack(owner);
                }
            }
            progress.accept(registers);
        }

        /** In-edges of a vertex stand together. */
        private int owner(Fact fact) {
            String vertex = fact.owner();
            if (!vertex.equals(lastVertex)) {
                lastVertex = vertex;
                lastOwner = ownership.ownerOf(vertex);
            }
            return lastOwner;
        }

        private void pack(int owner) {
            registers += packers[owner].size();
            records++;
            send(new ProducerRecord<>(updates, owner, null, packers[owner].takeRecord()));
        }

        /** What is left, and all acknowledgements. */
        void end() {
            for (int p = 0; p < packers.length; p++) {
                if (packers[p].size() > 0) {
                    pack(p);
                }
            }
            flush();
            progress.accept(registers);
        }

        void send(ProducerRecord<byte[], byte[]> record) {
            requireNoFailure();
            producer.send(record, (metadata, e) -> failure.compareAndSet(null, e));
        }

        void flush() {
            producer.flush();
            requireNoFailure();
        }

        private void requireNoFailure() {
            Exception first = failure.get();
            if (first != null) {
                throw failed(first);
            }
        }
    }
}
