package io.anabranch.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {

    @TempDir
    Path folder;

    @Test
    void dataSurvivesARestart() throws Exception {
        BrokerOptions options = new BrokerOptions(folder, Ports.free(), Ports.free());
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            Map<String, Object> common = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(common)) {
                admin.createTopics(List.of(new NewTopic("t", 1, (short) 1)))
                        .all()
                        .get();
            }
            Map<String, Object> transactional =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "tx");
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(transactional, new StringSerializer(), new StringSerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                for (int i = 0; i < 100; i++) {
                    producer.send(new ProducerRecord<>("t", "k" + i, "v" + i));
                }
                producer.commitTransaction();
            }
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            assertThat(read(broker.bootstrapServers(), "t", 100)).hasSize(100).contains("v0", "v99");
        }
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> EmbeddedBroker.start(new BrokerOptions(folder, port, Ports.free())))
                    .withMessageContaining("The port " + port + " for Kafka is in use")
                    .withMessageContaining("--kafka-port");
        }
    }

    @Test
    void aFolderThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> EmbeddedBroker.start(new BrokerOptions(file, Ports.free(), Ports.free())))
                .withMessageContaining("cannot be written");
    }

    @Test
    void aFolderInUseIsRefused() {
        try (EmbeddedBroker first = EmbeddedBroker.start(new BrokerOptions(folder, Ports.free(), Ports.free()))) {
            assertThat(first.bootstrapServers()).startsWith("127.0.0.1:");
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> EmbeddedBroker.start(new BrokerOptions(folder, Ports.free(), Ports.free())))
                    .withMessageContaining("in use by another broker");
        }
    }

    private static List<String> read(String bootstrapServers, String topic, int count) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            for (int i = 0; i < 50 && values.size() < count; i++) {
                consumer.poll(Duration.ofMillis(200)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }
}
