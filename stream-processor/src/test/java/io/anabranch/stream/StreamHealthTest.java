package io.anabranch.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The application comes up, with the stream processor off: probes and metrics are wired. */
@QuarkusTest
@TestProfile(StreamHealthTest.StreamOff.class)
class StreamHealthTest {

    public static final class StreamOff implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(StreamConfig.ENABLED, "false", "quarkus.http.test-port", "0");
        }
    }

    @TestHTTPResource("/q/")
    @SuppressWarnings("NullAway.Init") // set by Quarkus
    URI root;

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(root.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        }
    }

    @Test
    void allThreeProbesAreThere() throws IOException, InterruptedException {
        assertThat(get("health/started")).contains("stream processor started").contains("OFF");
        assertThat(get("health/live")).contains("stream processor alive").contains("OFF");
        assertThat(get("health/ready")).contains("stream processor ready").contains("OFF");
    }

    @Test
    void metricsAreExported() throws IOException, InterruptedException {
        assertThat(get("metrics")).contains("jvm_");
    }
}
