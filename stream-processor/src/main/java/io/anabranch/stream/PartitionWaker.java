package io.anabranch.stream;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the partitions when the live models have changed, by a record of the halo topic without key and value. Looking every
 * now and then instead would make each idle partition commit a transaction each time it looks. Each process wakes all
 * partitions, since it does not know which are its own, and a partition looks at what its own process knows by then.
 *
 * <p>Called by the models feed's thread.
 */
final class PartitionWaker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(PartitionWaker.class);

    private final StreamConfig config;
    private @Nullable Producer<byte[], byte[]> producer;

    PartitionWaker(StreamConfig config) {
        this.config = config;
    }

    synchronized void wakeAll() {
        if (producer == null) {
            Map<String, Object> properties = config.kafka().properties();
            properties.put(ProducerConfig.CLIENT_ID_CONFIG, config.streams().instanceId() + "-waker");
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }
        for (int partition = 0; partition < config.partitions(); partition++) {
            producer.send(new ProducerRecord<>(config.topics().halo(), partition, null, null), (sent, failure) -> {
                if (failure != null) {
                    LOG.warnf("A partition without input may follow the models late: %s", failure.getMessage());
                }
            });
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close();
        }
    }
}
