package io.anabranch.serve.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {

    private static Map<String, String> with(String key, String value) {
        Map<String, String> values = new HashMap<>(Map.of(ServerConfig.FEATURES_DIMENSION, "7"));
        values.put(key, value);
        return values;
    }

    @Test
    void defaultsAreThoseOfTheDocumentedFile() throws IOException {
        Properties file = new Properties();
        try (InputStream in = ServerConfig.class.getResourceAsStream("/META-INF/microprofile-config.properties")) {
            file.load(in);
        }
        Map<String, String> documented = new HashMap<>(Map.of(ServerConfig.FEATURES_DIMENSION, "7"));
        file.stringPropertyNames().stream()
                .filter(name -> name.startsWith("anabranch."))
                .forEach(name -> documented.put(name, file.getProperty(name)));
        assertThat(ServerConfig.from(documented))
                .isEqualTo(ServerConfig.from(Map.of(ServerConfig.FEATURES_DIMENSION, "7")));
        assertThat(GuardSettings.from(documented)).isEqualTo(GuardSettings.from(Map.of()));
        List<String> keys = new ArrayList<>(ServerConfig.KEYS);
        keys.addAll(GuardSettings.KEYS);
        // These have no default.
        keys.removeAll(List.of(GuardSettings.TOKEN_KEYS, GuardSettings.TOKEN_ISSUER, GuardSettings.TOKEN_AUDIENCE));
        assertThat(documented.keySet()).containsExactlyInAnyOrderElementsOf(keys);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "anabranch.partitions|0|whole numbers from 1 to 1000",
                "anabranch.partitions|four|whole numbers from 1 to 1000",
                "anabranch.features.dimension|-1|whole numbers from 1 to 100000",
                "anabranch.kafka.bootstrap-servers|kafka|host:port",
                "anabranch.topics.prefix|a b|letters",
                "anabranch.ingest.max-future-skew|10m|ISO 8601",
                "anabranch.ingest.allow-self-loops|yes|true and false",
                "anabranch.models.keep-live|0|1 to 100",
                "anabranch.similar.index|sometimes|on-demand, always, off",
                "anabranch.similar.metric|dot|cosine, euclidean",
                "anabranch.similar.exact-below|0|1 to 1000000000",
                "anabranch.similar.max-degree|3|4 to 100",
                "anabranch.similar.search-beam|many|10 to 10000",
                "anabranch.similar.recall-interval|-PT1S|PT0S",
                "anabranch.similar.treads|2|anabranch.similar.threads",
                "anabranch.training.aggregation|fast|auto, direct, shared",
                "anabranch.training.aggregations|auto|anabranch.training.aggregation",
                "anabranch.models.keeplive|3|anabranch.models.keep-live"
            })
    void aWrongValueIsNamedWithWhatIsAllowed(String key, String value, String allowed) {
        assertThatThrownBy(() -> ServerConfig.from(with(key, value)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value)
                .hasMessageContaining(allowed);
    }

    @Test
    void theFeatureDimensionIsRequired() {
        assertThatThrownBy(() -> ServerConfig.from(Map.of()))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("anabranch.features.dimension");
    }

    @Test
    void clientPropertiesReachEveryClient() {
        ServerConfig config = ServerConfig.from(with("anabranch.kafka.client.security.protocol", "SSL"));
        assertThat(config.kafka().clientProperties()).containsEntry("security.protocol", "SSL");
        assertThat(config.ingest().maxFutureSkew()).isEqualTo(Duration.ofMinutes(10));
    }
}
