package io.anabranch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.stream.deadletter.DeadLetter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong goes to the dead letters with its reason and place, and nothing else is lost. */
class DeadLetterIT {

    private static final int DIMENSION = 2;
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void deadLettersAreExactlyTheBadEvents() throws InterruptedException {
        List<byte[]> records = new ArrayList<>();
        Map<Long, String> bad = new TreeMap<>();
        int good = 0;
        for (Map.Entry<String, byte[]> wrong : wrong().entrySet()) {
            records.add(node("good-" + good++, 1, 2).toByteArray());
            bad.put((long) records.size(), wrong.getKey().replaceAll(" .*", ""));
            records.add(wrong.getValue());
        }
        records.add("{\"nodeUpsert\": {\"id\": \"json\", \"features\": {\"dense\": {\"values\": [3, 4]}}}}"
                .getBytes(UTF_8));
        try (Brokers broker = new Brokers(folder.resolve("broker"));
                Site site = Site.start(broker.bootstrapServers(), "letters", folder, 4, DIMENSION)) {
            site.publishRecords(records);
            site.awaitDrained();

            assertThat(deadLetters(broker.bootstrapServers(), site.topic("dead-letters"), site.topic("events")))
                    .isEqualTo(bad);
            assertThat(site.status().getDeadLetters()).isEqualTo(bad.size());
            assertThat(site.status().getVertices()).isEqualTo(good + 1);
        }
    }

    /** By reason; what follows a space only tells apart. */
    private static Map<String, byte[]> wrong() {
        Map<String, byte[]> wrong = new TreeMap<>();
        wrong.put("NOT_DECODABLE", "hello".getBytes(UTF_8));
        wrong.put("NOT_DECODABLE json", "{\"nodeUpsert\": 7}".getBytes(UTF_8));
        wrong.put(
                "UNKNOWN_SCHEMA_VERSION",
                node("a", 1, 2).toBuilder().setSchemaVersion(9).build().toByteArray());
        wrong.put(
                "EMPTY_EVENT",
                GraphEvent.newBuilder().setEventId("empty").build().toByteArray());
        wrong.put("MISSING_ID", node("", 1, 2).toByteArray());
        wrong.put("ID_TOO_LONG", node("x".repeat(257), 1, 2).toByteArray());
        wrong.put("FEATURES_NOT_FINITE", node("a", Float.NaN, 2).toByteArray());
        wrong.put(
                "FEATURES_NOT_FINITE infinite",
                node("a", 1, Float.POSITIVE_INFINITY).toByteArray());
        wrong.put("FEATURES_WRONG_LENGTH", node("a", 1, 2, 3).toByteArray());
        wrong.put(
                "TIME_IN_FUTURE",
                node("a", 1, 2).toBuilder()
                        .setEventTimeMs(System.currentTimeMillis() + HOUR_MS)
                        .build()
                        .toByteArray());
        wrong.put("WEIGHT_NEGATIVE", edge(-1).toByteArray());
        wrong.put("WEIGHT_NOT_FINITE", edge(Float.NaN).toByteArray());
        wrong.put("RECORD_TOO_LARGE", node("x".repeat(2_000_000), 1, 2).toByteArray());
        return wrong;
    }

    private static GraphEvent node(String id, float... features) {
        DenseFeatures.Builder row = DenseFeatures.newBuilder();
        for (float value : features) {
            row.addValues(value);
        }
        return GraphEvent.newBuilder()
                .setNodeUpsert(NodeUpsert.newBuilder()
                        .setId(id)
                        .setFeatures(Features.newBuilder().setDense(row)))
                .build();
    }

    private static GraphEvent edge(float weight) {
        return GraphEvent.newBuilder()
                .setEdgeUpsert(
                        EdgeUpsert.newBuilder().setSource("a").setTarget("b").setWeight(weight))
                .build();
    }

    /** Reason by offset in the events topic, as the headers say. */
    private static Map<Long, String> deadLetters(String bootstrapServers, String topic, String eventsTopic) {
        Map<Long, String> letters = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    assertThat(header(record, DeadLetter.TOPIC)).isEqualTo(eventsTopic);
                    assertThat(header(record, DeadLetter.PARTITION)).isEqualTo("0");
                    assertThat(header(record, DeadLetter.MESSAGE)).isNotBlank();
                    letters.put(Long.parseLong(header(record, DeadLetter.OFFSET)), header(record, DeadLetter.REASON));
                }
            }
        }
        return letters;
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
