package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.serve.registry.ModelRegistry;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The models topic into the registry. */
final class ModelFeed implements RecordTarget {

    private final ModelRegistry registry;

    ModelFeed(ModelRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> record, boolean live) throws InvalidProtocolBufferException {
        if (record.key() == null) {
            throw new InvalidProtocolBufferException("A model record must have a key.");
        }
        registry.apply(ModelKey.parseFrom(record.key()), record.value());
    }
}
