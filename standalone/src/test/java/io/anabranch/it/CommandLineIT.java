package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.it.PackedApplication.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed application as processes: what a user types, what comes back, and what a restart keeps. */
class CommandLineIT {

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void demoThenServeOnTheSameFolder() throws IOException, InterruptedException {
        PackedApplication application = new PackedApplication(folder);
        String data = folder.resolve("demo").toString();
        Answer demo = application.run(
                "demo",
                "--exit",
                "--json",
                "--data",
                data,
                "--accounts",
                "1000",
                "--live-events",
                "1000",
                "--events-rate",
                "500",
                "--grpc-port",
                "0",
                "--http-port",
                "0",
                "--kafka-port",
                "0");
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        JsonNode measured = new ObjectMapper().readTree(demo.out());
        assertThat(measured.get("test_auc").asDouble())
                .as("with the graph, against features only: %s", measured)
                .isGreaterThan(measured.get("baseline_auc").asDouble() + 0.05);
        assertThat(measured.get("dead_letters").asInt()).isZero();

        // No --grpc-port: the ports that the folder keeps.
        Process serving = application.start("serve", "--data", data);
        try {
            application.awaitServing(data);
            JsonNode status = application.json("status", "--data", data, "--json");
            assertThat(status.get("ready").asBoolean()).isTrue();
            assertThat(status.get("vertices").asLong())
                    .isEqualTo(measured.get("vertices").asLong());
            assertThat(status.get("edges").asLong())
                    .isEqualTo(measured.get("edges").asLong());

            JsonNode prediction = application.json("predict", "node", "account-17", "--data", data, "--json");
            assertThat(prediction.get("classifications").get(0).get("scores")).hasSize(2);
            JsonNode explanation =
                    application.json("explain", "node", "account-17", "--leave-one-out", "1", "--data", data, "--json");
            assertThat(explanation.get("matchesServed").asBoolean())
                    .as("%s", explanation)
                    .isTrue();
            for (JsonNode hop : explanation.get("hops")) {
                assertThat(hop.get("edges").asDouble()
                                + hop.get("own").asDouble()
                                + hop.get("constants").asDouble())
                        .isCloseTo(explanation.get("recomputed").get("value").asDouble(), within(1e-5));
            }
            assertThat(explanation
                            .get("edges")
                            .get(0)
                            .get("without")
                            .get("probability")
                            .asDouble())
                    .isNotEqualTo(
                            explanation.get("recomputed").get("probability").asDouble());
            assertThat(application
                            .run("predict", "node", "nobody", "--data", data)
                            .exitCode())
                    .isEqualTo(1);
            assertThat(application.run("models", "list", "--data", data).out())
                    .contains("fraud")
                    .contains("active");
            assertThat(application.run("topics", "--data", data).out()).contains("anabranch.embeddings");
            assertThat(PackedApplication.openApi(data)).contains("openapi");

            Answer second = application.run("serve", "--data", data);
            assertThat(second.exitCode()).isEqualTo(3);
            assertThat(second.err()).contains("already runs");
        } finally {
            serving.destroy();
            assertThat(serving.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(application.run("status", "--data", data).exitCode()).isEqualTo(3);
    }

    @Test
    void aPortInUseAndAWrongSettingStopTheStart() throws IOException, InterruptedException {
        PackedApplication application = new PackedApplication(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Answer answer = application.run(
                    "serve",
                    "--data",
                    folder.resolve("busy").toString(),
                    "--feature-dimension",
                    "3",
                    "--http-port",
                    port);
            assertThat(answer.exitCode()).isEqualTo(3);
            assertThat(answer.err()).contains("The port " + port + " for REST is in use");
        }
        Path settings = Files.writeString(folder.resolve("wrong.properties"), "anabranch.propagation.max-batch=lots");
        Answer answer = application.run(
                "serve",
                "--data",
                folder.resolve("wrong").toString(),
                "--feature-dimension",
                "3",
                "--config",
                settings.toString());
        assertThat(answer.exitCode()).isEqualTo(3);
        assertThat(answer.err()).contains("anabranch.propagation.max-batch (lots)");
    }
}
