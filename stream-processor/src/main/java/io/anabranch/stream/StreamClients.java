package io.anabranch.stream;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The Kafka clients of the stream threads. A thread whose commit or send has failed with an unknown outcome reads nothing more
 * before it has given up its tasks, joined anew and gone back to the committed positions ({@link Doubts}).
 */
class StreamClients implements KafkaClientSupplier {

    private final Doubts doubts = new Doubts();

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return Admin.create(settings);
    }

    @Override
    public final Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return producer(settings, doubts);
    }

    /** Seam for tests. */
    Producer<byte[], byte[]> producer(Map<String, Object> settings, Doubts noted) {
        return new DoubtingProducer(settings, noted);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
                doubts.refuse();
                ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
                // A rebalance commits inside of the call.
                doubts.refuse();
                return records;
            }
        };
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
