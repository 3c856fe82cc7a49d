package io.anabranch.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * How Kafka is reached.
 *
 * @param bootstrapServers brokers to ask first, {@code host:port} separated by commas
 * @param clientProperties given to every Kafka client as they are, for security settings
 * @param startupTimeout how long a start waits for an answer of Kafka
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> clientProperties, Duration startupTimeout) {

    private static final int ANSWER_MS = 10_000;

    public KafkaAccess {
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Fresh map with the client properties and the brokers, for a plain client. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("bootstrap.servers", bootstrapServers);
        return properties;
    }

    /** A client for questions and changes, which waits no longer than the startup timeout for an answer; the caller closes it. */
    Admin admin(String clientId) {
        Map<String, Object> properties = properties();
        properties.put("client.id", clientId);
        int timeout = Math.toIntExact(startupTimeout.toMillis());
        properties.put("default.api.timeout.ms", timeout);
        properties.put("request.timeout.ms", Math.min(timeout, ANSWER_MS));
        return Admin.create(properties);
    }
}
