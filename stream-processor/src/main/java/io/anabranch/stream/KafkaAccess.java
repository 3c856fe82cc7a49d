package io.anabranch.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How Kafka is reached.
 *
 * @param bootstrapServers brokers to ask first, {@code host:port} separated by commas
 * @param clientProperties given to every Kafka client as they are, for security settings
 * @param startupTimeout how long a start waits for an answer of Kafka
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> clientProperties, Duration startupTimeout) {

    public KafkaAccess {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Fresh map with the client properties and the brokers, for a plain client. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }
}
