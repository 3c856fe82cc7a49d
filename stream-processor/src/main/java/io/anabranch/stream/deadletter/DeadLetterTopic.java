package io.anabranch.stream.deadletter;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.stream.ingest.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads dead letters and sends what they hold to the events topic again. Letters stay where they are: nothing is ever taken out of the topic.
 * For one thread.
 */
public final class DeadLetterTopic {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_REQUEST_BYTES = 4 * 1024 * 1024;

    private final Map<String, Object> clientProperties;
    private final Duration patience;
    private final String deadLetters;
    private final String events;

    /**
     * @param clientProperties of Kafka's clients, {@code bootstrap.servers} at least
     * @param patience how long Kafka may take to answer
     * @param deadLetters name of the topic of dead letters
     * @param events name of the topic of events
     */
    public DeadLetterTopic(Map<String, String> clientProperties, Duration patience, String deadLetters, String events) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.patience = patience;
        this.deadLetters = deadLetters;
        this.events = events;
    }

    /**
     * Gives every letter from an offset to the end as it is now, in order.
     *
     * @throws DeadLetterAccessException if Kafka cannot be reached or does not allow it
     */
    public void read(long from, Consumer<StoredLetter> reader) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            read(consumer, from, reader);
        } catch (KafkaException e) {
            throw new DeadLetterAccessException(
                    "The topic %s cannot be read: %s".formatted(deadLetters, e.getMessage()), e);
        }
    }

    private void read(KafkaConsumer<byte[], byte[]> consumer, long from, Consumer<StoredLetter> reader) {
        TopicPartition partition = new TopicPartition(deadLetters, 0);
        consumer.assign(List.of(partition));
        long first = consumer.beginningOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
        consumer.seek(partition, Math.max(first, from));
        while (consumer.position(partition, patience) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < end) {
                    reader.accept(letter(record));
                }
            }
        }
    }

    /**
     * Sends the events of letters to the events topic, in the order given, and waits until Kafka has all of them. A letter that is an event
     * goes with its own time, or that of its record: it wins over nothing that was said later. One that is no event goes as it is, which
     * helps once what reads it knows more. Each carries the header {@link StoredLetter#REPLAY_OF}.
     *
     * @param sent called after each acknowledgement with the number of letters so far
     * @throws IllegalArgumentException if a letter was truncated or has no value, before anything is sent
     * @throws DeadLetterAccessException if Kafka does not take one; those before it may have been taken
     */
    public void replay(List<StoredLetter> letters, Consumer<Integer> sent) throws InterruptedException {
        letters.forEach(DeadLetterTopic::requireWhole);
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("client.id", "anabranch-dead-letter-replay");
        properties.put("enable.idempotence", "true");
        properties.put("acks", "all");
        properties.put("max.request.size", Integer.toString(MOST_REQUEST_BYTES));
        properties.put("max.block.ms", Long.toString(patience.toMillis()));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> pending = new ArrayList<>();
            for (StoredLetter letter : letters) {
                pending.add(producer.send(again(letter)));
            }
            producer.flush();
            for (int i = 0; i < pending.size(); i++) {
                await(pending.get(i), letters.get(i));
                sent.accept(i + 1);
            }
        } catch (KafkaException e) {
            throw new DeadLetterAccessException("Kafka cannot be written to: %s".formatted(e.getMessage()), e);
        }
    }

    /** Why a letter cannot be sent again; null if it can. */
    public static @Nullable String obstacle(StoredLetter letter) {
        if (!letter.truncated().isEmpty()) {
            return "it was cut when it was kept (%s)".formatted(letter.truncated());
        }
        if (letter.reason().equals(RejectionReason.SNAPSHOT_MISFIT.name())) {
            return "it is a record of a snapshot, which is to be imported again where it fits";
        }
        return letter.value() == null ? "it has no value" : null;
    }

    private static void requireWhole(StoredLetter letter) {
        String obstacle = obstacle(letter);
        if (obstacle != null) {
            throw new IllegalArgumentException(
                    "The dead letter %d cannot be sent again: %s.".formatted(letter.offset(), obstacle));
        }
    }

    private ProducerRecord<byte[], byte[]> again(StoredLetter letter) {
        GraphEvent event = letter.event();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(events, letter.key(), event == null ? letter.value() : event.toByteArray());
        record.headers()
                .add(StoredLetter.REPLAY_OF, Long.toString(letter.offset()).getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static void await(Future<RecordMetadata> sent, StoredLetter letter) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            throw new DeadLetterAccessException(
                    "Kafka did not take the dead letter %d: %s".formatted(letter.offset(), e.getCause()), e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("client.id", "anabranch-dead-letter-reader");
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        properties.put("default.api.timeout.ms", Long.toString(patience.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static StoredLetter letter(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        return new StoredLetter(record.offset(), record.timestamp(), record.key(), record.value(), headers);
    }
}
