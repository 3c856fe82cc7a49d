package io.anabranch.serve.feed;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How Kafka is reached.
 *
 * @param bootstrapServers host:port pairs separated by commas
 * @param clientProperties further properties that every client gets, such as {@code security.protocol}
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> clientProperties) {

    public KafkaAccess {
        clientProperties = Map.copyOf(clientProperties);
    }

    Map<String, Object> properties(String clientId) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("client.id", clientId);
        return properties;
    }

    /** Of a consumer that reads whole topics from their beginnings, committed records only, and commits nothing. */
    Map<String, Object> readerProperties(String clientId) {
        Map<String, Object> properties = properties(clientId);
        properties.put("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class);
        properties.put("isolation.level", "read_committed");
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", "false");
        properties.put("allow.auto.create.topics", "false");
        properties.put("max.poll.records", "2000");
        return properties;
    }
}
