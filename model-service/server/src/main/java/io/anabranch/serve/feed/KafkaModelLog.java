package io.anabranch.serve.feed;

import io.anabranch.serve.Problem;
import io.anabranch.serve.registry.ModelLog;
import io.anabranch.serve.registry.ModelRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the models topic, one Kafka transaction per change, so that a manifest never stands without its chunks. The
 * transactional id is one per installation: a second writer fences the first, whose next change then opens anew.
 */
public final class KafkaModelLog implements ModelLog, AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final KafkaAccess kafka;
    private final Topics topics;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    public KafkaModelLog(KafkaAccess kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    @Override
    public synchronized void append(List<ModelRecord> records) {
        try {
            KafkaProducer<byte[], byte[]> open = open();
            open.beginTransaction();
            for (ModelRecord record : records) {
                // A failed send makes the commit fail, with its cause.
                var unused = open.send(new ProducerRecord<>(
                        topics.models(),
                        record.key().toByteArray(),
                        record.value() == null ? null : record.value().toByteArray()));
            }
            open.commitTransaction();
        } catch (KafkaException e) {
            // Closing aborts what is open; a new producer's initTransactions fences whatever is left.
            close();
            throw new Problem.Unready(
                            "The models topic %s cannot be written now: %s".formatted(topics.models(), e.getMessage()),
                            RETRY)
                    .exception();
        }
    }

    private KafkaProducer<byte[], byte[]> open() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            Map<String, Object> properties = kafka.properties("anabranch-server-model-log");
            properties.put("key.serializer", ByteArraySerializer.class);
            properties.put("value.serializer", ByteArraySerializer.class);
            properties.put("transactional.id", topics.prefix() + "-model-log");
            properties.put("transaction.timeout.ms", "30000");
            properties.put("acks", "all");
            properties.put("max.block.ms", "10000");
            properties.put("request.timeout.ms", "10000");
            properties.put("delivery.timeout.ms", "20000");
            open = new KafkaProducer<>(properties);
            producer = open;
            open.initTransactions();
        }
        return open;
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
            producer = null;
        }
    }
}
