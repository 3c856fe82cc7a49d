package io.anabranch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.stream.deadletter.DeadLetter;
import io.anabranch.stream.ingest.Ingested.Rejected;
import io.anabranch.stream.ingest.RejectionReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dead letters on a real broker, looked at and sent again from the command line. */
class DlqCommandIT {

    private static final long REJECTED_AT = 1_700_000_000_000L;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void lettersAreListedShownAndSentAgain() throws Exception {
        System.setProperty("picocli.ansi", "false");
        GraphEvent untimed = GraphEvent.newBuilder()
                .setEventId("untimed")
                .setNodeUpsert(NodeUpsert.newBuilder().setId("a"))
                .build();
        GraphEvent timed = GraphEvent.newBuilder()
                .setEventId("timed")
                .setEventTimeMs(42)
                .setNodeDelete(NodeDelete.newBuilder().setId("b"))
                .build();
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            String brokers = broker.bootstrapServers();
            topics(brokers);
            letters(
                    brokers,
                    letter(untimed.toByteArray(), RejectionReason.FEATURES_WRONG_LENGTH, "untimed"),
                    letter(timed.toByteArray(), RejectionReason.LATE, "timed"),
                    letter("hello".getBytes(UTF_8), RejectionReason.NOT_DECODABLE, null),
                    letter(new byte[2_000_000], RejectionReason.RECORD_TOO_LARGE, null));

            assertThat(run("dlq", "list", "--bootstrap-servers", brokers)).isZero();
            assertThat(out.toString())
                    .contains("FEATURES_WRONG_LENGTH", "untimed", "t.events:3:17", "4 of 4", "2023-11-14T22:13:20Z");
            JsonNode late = json("dlq", "list", "--reason", "LATE", "--json", "--bootstrap-servers", brokers);
            assertThat(late.get("letters")).hasSize(1);
            assertThat(late.get("letters").get(0).get("event_id").asText()).isEqualTo("timed");
            assertThat(json("dlq", "list", "--limit", "1", "--json", "--bootstrap-servers", brokers)
                            .get("letters")
                            .get(0)
                            .get("reason")
                            .asText())
                    .as("the newest")
                    .isEqualTo("RECORD_TOO_LARGE");

            JsonNode shown = json("dlq", "show", "2", "--json", "--bootstrap-servers", brokers);
            assertThat(shown.get("value").asText()).isEqualTo("hello");
            JsonNode event = json("dlq", "show", "0", "--event", "--bootstrap-servers", brokers);
            assertThat(event.get("eventTimeMs").asLong()).isEqualTo(REJECTED_AT);
            assertThat(run("dlq", "show", "9", "--bootstrap-servers", brokers)).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString()).contains("There is no dead letter 9");

            assertThat(run("dlq", "replay", "--all", "--dry-run", "--bootstrap-servers", brokers))
                    .as("one cannot be sent")
                    .isEqualTo(ExitCode.FAILED);
            assertThat(events(brokers)).isEmpty();
            assertThat(run("dlq", "replay", "--bootstrap-servers", brokers)).isEqualTo(ExitCode.USAGE);
            out.getBuffer().setLength(0);
            assertThat(run("dlq", "replay", "--all", "--bootstrap-servers", brokers))
                    .isEqualTo(ExitCode.FAILED);
            assertThat(out.toString())
                    .contains("sent 3", "not sent: 3, since it was cut when it was kept (value=2000000)");

            List<ConsumerRecord<byte[], byte[]>> sent = events(brokers);
            assertThat(sent).hasSize(3);
            assertThat(parsed(sent.get(0)))
                    .as("not newer than it was")
                    .isEqualTo(untimed.toBuilder().setEventTimeMs(REJECTED_AT).build());
            assertThat(parsed(sent.get(1))).isEqualTo(timed);
            assertThat(new String(sent.get(2).value(), UTF_8)).isEqualTo("hello");
            assertThat(sent).allSatisfy(record -> {
                assertThat(new String(record.key(), UTF_8)).isEqualTo("key");
                assertThat(new String(
                                record.headers()
                                        .lastHeader("anabranch.replay-of")
                                        .value(),
                                UTF_8))
                        .isEqualTo(Long.toString(record.offset()));
            });
            assertThat(run("dlq", "replay", "1", "--bootstrap-servers", brokers))
                    .isEqualTo(ExitCode.OK);
            assertThat(events(brokers)).hasSize(4);
        }
        assertThat(run("dlq", "list", "--data", folder.resolve("none").toString()))
                .isEqualTo(ExitCode.UNAVAILABLE);
    }

    private static void topics(String brokers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(List.of(
                            new NewTopic("anabranch.events", 1, (short) 1)
                                    .configs(Map.of("message.timestamp.type", "LogAppendTime")),
                            new NewTopic("anabranch.dead-letters", 1, (short) 1)
                                    .configs(Map.of("max.message.bytes", "4000000"))))
                    .all()
                    .get();
        }
    }

    private static DeadLetter letter(byte[] value, RejectionReason reason, @Nullable String eventId) {
        return DeadLetter.of(
                new DeadLetter.Original("t.events", 3, 17, "key".getBytes(UTF_8), value, new RecordHeaders()),
                new Rejected(reason, "What was wrong.\nMaybe do better.", eventId, null));
    }

    private static void letters(String brokers, DeadLetter... letters) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "max.request.size", "4000000"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (DeadLetter letter : letters) {
                producer.send(new ProducerRecord<>(
                        "anabranch.dead-letters", 0, REJECTED_AT, letter.key(), letter.value(), letter.headers()));
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> events(String brokers) {
        List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition("anabranch.events", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(events::add);
            }
        }
        return events;
    }

    private static GraphEvent parsed(ConsumerRecord<byte[], byte[]> record) throws InvalidProtocolBufferException {
        return GraphEvent.parseFrom(record.value());
    }

    private JsonNode json(String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
