package io.anabranch.serve.feed;

import java.util.HashMap;
import java.util.Map;

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
}
