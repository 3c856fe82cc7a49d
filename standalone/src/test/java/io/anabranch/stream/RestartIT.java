package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.DrainWatch;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream processor finds when it starts again: its state on disk, and perhaps a gap in a topic. */
class RestartIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int EDGES = 300;

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void aCleanStopKeepsTheStateAndAGapIsRefused() throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            StreamConfig config = StreamConfig.from(Map.of(
                    StreamConfig.BOOTSTRAP_SERVERS,
                    broker.bootstrapServers(),
                    StreamConfig.FEATURES_DIMENSION,
                    "2",
                    StreamConfig.PARTITIONS,
                    "2",
                    StreamConfig.STATE_DIR,
                    folder.resolve("state").toString()));
            SimpleMeterRegistry first = new SimpleMeterRegistry();
            try (StreamRuntime stream = start(config, first)) {
                publish(broker.bootstrapServers());
                try (DrainWatch watch = new DrainWatch(broker.bootstrapServers(), "anabranch-stream", "anabranch")) {
                    watch.awaitDrained(PATIENCE);
                }
                assertThat(stream.status().ready()).isTrue();
                try (Reports reports = new Reports(broker.bootstrapServers())) {
                    ProcessorReport report = Objects.requireNonNull(reports.await(
                            last -> last != null && last.getState() == ProcessorState.PROCESSOR_STATE_RUNNING));
                    assertThat(report.getActivePartitionsList()).containsExactly(0, 1);
                    assertThat(report.getRestoringList()).isEmpty();
                }
                assertThat(first.get("anabranch.updates.applied").counter().count())
                        .isEqualTo(EDGES);
            }
            try (Reports reports = new Reports(broker.bootstrapServers())) {
                // A clean stop takes the report back.
                assertThat(reports.await(Objects::isNull)).isNull();
            }
            SimpleMeterRegistry second = new SimpleMeterRegistry();
            try (StreamRuntime stream = start(config, second)) {
                assertThat(stream.status().ready()).isTrue();
                // Each edge is several records of the changelog; none of them had to be read again.
                assertThat(second.get("anabranch.state.restored").counter().count())
                        .isLessThan(EDGES / 10);
            }
            lose(broker.bootstrapServers(), config.topics().halo());
            assertThatExceptionOfType(TopicGapException.class)
                    .isThrownBy(() -> start(config, new SimpleMeterRegistry()))
                    .withMessageContaining("anabranch.halo-1 are gone before they were read");
        }
    }

    /** The last report of the one stream processor. */
    private static final class Reports implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private @Nullable ProcessorReport last;

        Reports(String bootstrapServers) {
            consumer = new KafkaConsumer<>(
                    Map.of("bootstrap.servers", bootstrapServers),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            List<TopicPartition> only = List.of(new TopicPartition("anabranch.processors", 0));
            consumer.assign(only);
            consumer.seekToBeginning(only);
        }

        @Nullable
        ProcessorReport await(Predicate<@Nullable ProcessorReport> wanted) throws Exception {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            boolean told = false;
            while (!told || !wanted.test(last)) {
                assertThat(System.nanoTime()).as("last report: %s", last).isLessThan(deadline);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    told = true;
                    last = record.value() == null ? null : ProcessorReport.parseFrom(record.value());
                }
            }
            return last;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private static StreamRuntime start(StreamConfig config, SimpleMeterRegistry registry) throws InterruptedException {
        StreamRuntime stream = new StreamRuntime(config, registry);
        try {
            stream.start();
        } catch (TopicGapException e) {
            stream.close();
            throw e;
        }
        assertThat(stream.awaitReady(PATIENCE)).isTrue();
        return stream;
    }

    private static void publish(String bootstrapServers) {
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
            for (int i = 0; i < EDGES; i++) {
                GraphEvent event = GraphEvent.newBuilder()
                        .setEventTimeMs(i + 1)
                        .setEdgeUpsert(
                                EdgeUpsert.newBuilder().setSource("s" + i).setTarget("t" + i % 7))
                        .build();
                producer.send(new ProducerRecord<>("anabranch.events", event.toByteArray()));
            }
        }
    }

    /** Three records come that nobody reads, and retention takes them. */
    private static void lose(String bootstrapServers, String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 1);
        long end = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
            for (int i = 0; i < 3; i++) {
                end = producer.send(new ProducerRecord<>(topic, partition.partition(), null, null))
                                .get()
                                .offset()
                        + 1;
            }
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end)))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    }
}
