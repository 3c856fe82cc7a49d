package io.anabranch.serve.feed;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ingest.EventDoor;
import io.anabranch.serve.ingest.EventSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes events with one idempotent producer, keyed by the id of the vertex whose owner takes the event. The trace of the call that brings an
 * event goes with it as record headers, where there is one, and the call's span is told where the event lies. Thread-safe.
 */
public final class KafkaEventSink implements EventSink, AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final AttributeKey<Long> PARTITION = AttributeKey.longKey("anabranch.event.partition");
    private static final AttributeKey<Long> OFFSET = AttributeKey.longKey("anabranch.event.offset");

    private final KafkaAccess kafka;
    private final String topic;
    private final TextMapPropagator traces;
    private volatile @Nullable KafkaProducer<byte[], byte[]> producer;

    public KafkaEventSink(KafkaAccess kafka, Topics topics, TextMapPropagator traces) {
        this.kafka = kafka;
        this.topic = topics.events();
        this.traces = traces;
    }

    @Override
    public CompletableFuture<EventPosition> send(GraphEvent event) {
        CompletableFuture<EventPosition> result = new CompletableFuture<>();
        byte[] key = EventDoor.ownerId(event).getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, event.toByteArray());
        traces.inject(Context.current(), record.headers(), KafkaEventSink::setHeader);
        Span span = Span.current();
        try {
            var unused = open().send(record, (metadata, failure) -> {
                if (failure == null) {
                    if (span.isRecording()) {
                        span.addEvent(
                                "anabranch.event.accepted",
                                Attributes.of(PARTITION, (long) metadata.partition(), OFFSET, metadata.offset()));
                    }
                    result.complete(new EventPosition(metadata.partition(), metadata.offset()));
                } else {
                    result.completeExceptionally(problem(failure));
                }
            });
        } catch (KafkaException e) {
            result.completeExceptionally(problem(e));
        }
        return result;
    }

    private static void setHeader(@Nullable Headers headers, String name, String value) {
        if (headers != null) {
            headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static RuntimeException problem(Exception failure) {
        if (failure instanceof RecordTooLargeException) {
            return Problem.invalid("event", "Kafka does not take it: " + failure.getMessage());
        }
        return new Problem.Unready("Kafka did not take the event: " + failure.getMessage(), RETRY).exception();
    }

    private KafkaProducer<byte[], byte[]> open() {
        KafkaProducer<byte[], byte[]> open = producer;
        return open == null ? create() : open;
    }

    private synchronized KafkaProducer<byte[], byte[]> create() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            Map<String, Object> properties = kafka.properties("anabranch-server-events");
            properties.put("key.serializer", ByteArraySerializer.class);
            properties.put("value.serializer", ByteArraySerializer.class);
            properties.put("enable.idempotence", "true");
            properties.put("acks", "all");
            properties.put("linger.ms", "2");
            properties.put("max.request.size", Integer.toString(4 * 1024 * 1024));
            properties.put("max.block.ms", "10000");
            properties.put("request.timeout.ms", "10000");
            properties.put("delivery.timeout.ms", "30000");
            open = new KafkaProducer<>(properties);
            producer = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
