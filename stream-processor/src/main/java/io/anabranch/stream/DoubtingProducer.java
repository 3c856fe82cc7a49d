package io.anabranch.stream;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A stream thread's producer, which notes failures that leave an outcome unknown. */
class DoubtingProducer extends KafkaProducer<byte[], byte[]> {

    private final Doubts doubts;

    DoubtingProducer(Map<String, Object> settings, Doubts doubts) {
        super(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.doubts = doubts;
    }

    @Override
    public final Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
        Thread caller = Thread.currentThread();
        return super.send(record, (metadata, failure) -> {
            if (failure != null) {
                doubts.failed(caller, failure);
            }
            if (callback != null) {
                callback.onCompletion(metadata, failure);
            }
        });
    }

    @Override
    public final void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        watched(() -> super.sendOffsetsToTransaction(offsets, group));
    }

    @Override
    public final void commitTransaction() {
        watched(this::commit);
    }

    /** Seam for tests. */
    void commit() {
        super.commitTransaction();
    }

    @Override
    public final void abortTransaction() {
        watched(super::abortTransaction);
    }

    private void watched(Runnable call) {
        try {
            call.run();
        } catch (TimeoutException e) {
            doubts.failed(Thread.currentThread(), e);
            throw e;
        }
    }
}
