package io.anabranch.stream;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A record key that knows its partition, for sinks whose target follows from the graph and not from the key's hash.
 *
 * @param partition the partition to send to, or {@link #ANY}
 * @param key the key's bytes
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way out, compared by nobody
record Addressed(int partition, byte @Nullable [] key) {

    /** Leaves the choice to the producer. */
    static final int ANY = -1;

    // Kafka's serializer takes and gives null for "no key"; its signature does not say so.
    @SuppressWarnings("NullAway")
    static final Serializer<Addressed> SERIALIZER = (topic, addressed) -> addressed.key();

    static final StreamPartitioner<Addressed, byte[]> PARTITIONER = (topic, addressed, value, partitions) ->
            addressed.partition() == ANY ? Optional.empty() : Optional.of(Set.of(addressed.partition()));
}
