package io.anabranch.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed application as processes: what a user types, what comes back, and what a restart keeps. */
class CommandLineIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path APPLICATION = Path.of("target", "quarkus-app", "quarkus-run.jar");

    @TempDir
    private Path folder = Path.of(".");

    private record Answer(int exitCode, String out, String err) {}

    @Test
    void demoThenServeOnTheSameFolder() throws IOException, InterruptedException {
        String data = folder.resolve("demo").toString();
        Answer demo = run(
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
        assertThat(demo.exitCode).as(demo.err).isZero();
        JsonNode measured = new ObjectMapper().readTree(demo.out);
        assertThat(measured.get("test_auc").asDouble())
                .as("with the graph, against features only: %s", measured)
                .isGreaterThan(measured.get("baseline_auc").asDouble() + 0.05);
        assertThat(measured.get("dead_letters").asInt()).isZero();

        // No --grpc-port: the ports that the folder keeps.
        Process serving = start("serve", "--data", data);
        try {
            awaitServing(data);
            JsonNode status = json("status", "--data", data, "--json");
            assertThat(status.get("ready").asBoolean()).isTrue();
            assertThat(status.get("vertices").asLong())
                    .isEqualTo(measured.get("vertices").asLong());
            assertThat(status.get("edges").asLong())
                    .isEqualTo(measured.get("edges").asLong());

            JsonNode prediction = json("predict", "node", "account-17", "--data", data, "--json");
            assertThat(prediction.get("classifications").get(0).get("scores")).hasSize(2);
            assertThat(run("predict", "node", "nobody", "--data", data).exitCode)
                    .isEqualTo(1);
            assertThat(run("models", "list", "--data", data).out)
                    .contains("fraud")
                    .contains("active");
            assertThat(run("topics", "--data", data).out).contains("anabranch.embeddings");
            assertThat(openApi(data)).contains("openapi");

            Answer second = run("serve", "--data", data);
            assertThat(second.exitCode).isEqualTo(3);
            assertThat(second.err).contains("already runs");
        } finally {
            serving.destroy();
            assertThat(serving.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(run("status", "--data", data).exitCode).isEqualTo(3);
    }

    @Test
    void aPortInUseAndAWrongSettingStopTheStart() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Answer answer = run(
                    "serve",
                    "--data",
                    folder.resolve("busy").toString(),
                    "--feature-dimension",
                    "3",
                    "--http-port",
                    port);
            assertThat(answer.exitCode).isEqualTo(3);
            assertThat(answer.err).contains("The port " + port + " for REST is in use");
        }
        Path settings = Files.writeString(folder.resolve("wrong.properties"), "anabranch.propagation.max-batch=lots");
        Answer answer = run(
                "serve",
                "--data",
                folder.resolve("wrong").toString(),
                "--feature-dimension",
                "3",
                "--config",
                settings.toString());
        assertThat(answer.exitCode).isEqualTo(3);
        assertThat(answer.err).contains("anabranch.propagation.max-batch (lots)");
    }

    private void awaitServing(String data) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer answer = run("status", "--data", data, "--json");
        while (answer.exitCode != 0
                || !new ObjectMapper().readTree(answer.out).get("ready").asBoolean()) {
            assertThat(System.nanoTime()).as(answer.err).isLessThan(deadline);
            Thread.sleep(200);
            answer = run("status", "--data", data, "--json");
        }
        // gRPC opens while the stream processor still warms up, REST behind it.
        while (!restAnswers(data)) {
            assertThat(System.nanoTime()).as("REST answers").isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    private static boolean restAnswers(String data) throws IOException, InterruptedException {
        try {
            openApi(data);
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    private JsonNode json(String... arguments) throws IOException, InterruptedException {
        Answer answer = run(arguments);
        assertThat(answer.exitCode).as(answer.err).isZero();
        return new ObjectMapper().readTree(answer.out);
    }

    private static String openApi(String data) throws IOException, InterruptedException {
        int port = new ObjectMapper()
                .readTree(Path.of(data, "instance.json").toFile())
                .get("httpPort")
                .asInt();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/q/openapi".formatted(port)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private Answer run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = command(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        return new Answer(ended ? process.exitValue() : -1, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }

    private Process start(String... arguments) throws IOException {
        return command(arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("serving.txt").toFile())
                .start();
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-jar",
                APPLICATION.toAbsolutePath().toString()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line);
    }
}
