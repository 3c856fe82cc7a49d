package io.anabranch.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients in other languages against the packed application: the examples, and clients of the Open Inference Protocol. Each runs where its
 * runtime and packages are installed; {@link Runtimes}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignClientsIT {

    private static final Path PROTOS =
            Path.of("..", "proto", "src", "main", "proto").toAbsolutePath().normalize();
    private static final Path CLIENTS =
            Path.of("src", "test", "resources", "clients").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String NODE = "account-17";

    private Path folder = Path.of(".");
    private @Nullable Process serving;
    private @Nullable PackedApplication application;

    @BeforeAll
    void oneFolderForAll(@TempDir Path given) {
        folder = given;
    }

    /** Serves the demo's model from the first test on that needs it. */
    private PackedApplication application() throws IOException, InterruptedException {
        PackedApplication started = application;
        if (started == null) {
            started = new PackedApplication(folder);
            PackedApplication.Answer demo = started.run(
                    "demo",
                    "--exit",
                    "--data",
                    data(),
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
            serving = started.start("serve", "--data", data());
            started.awaitServing(data());
            application = started;
        }
        return started;
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (serving != null) {
            serving.destroy();
            assertThat(serving.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String data() {
        return folder.resolve("demo").toString();
    }

    private String address(String port) throws IOException {
        return "127.0.0.1:"
                + new ObjectMapper()
                        .readTree(
                                folder.resolve(Path.of("demo", "instance.json")).toFile())
                        .get(port)
                        .asInt();
    }

    /** By our own client: class names and probabilities, and under which name the protocol has model and task. */
    private record Expected(String model, List<String> classes, List<Double> probabilities) {}

    private Expected expected(PackedApplication served) throws IOException, InterruptedException {
        JsonNode prediction = served.json("predict", "node", NODE, "--data", data(), "--json");
        List<String> classes = new ArrayList<>();
        List<Double> probabilities = new ArrayList<>();
        for (JsonNode score : prediction.get("classifications").get(0).get("scores")) {
            classes.add(score.get("className").asText());
            probabilities.add(score.get("probability").asDouble());
        }
        assertThat(classes).hasSize(2);
        String name = served.json("models", "list", "--data", data(), "--json")
                .get("models")
                .get(0)
                .get("name")
                .asText();
        return new Expected(name + ":" + prediction.get("task").asText(), classes, probabilities);
    }

    private static void assertClose(JsonNode values, List<Double> expected) {
        assertThat(values).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            assertThat(values.get(i).asDouble()).isCloseTo(expected.get(i), within(1e-6));
        }
    }

    /** One line for each class, each with a probability, together 1. */
    private static void assertExampleSpeaksOf(String node, List<String> classes, String output) {
        List<String> lines = output.strip().lines().toList();
        assertThat(lines).as(output).hasSize(classes.size());
        double sum = 0;
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ");
            assertThat(words[0]).isEqualTo(node);
            assertThat(words[1]).isEqualTo(classes.get(i));
            sum += Double.parseDouble(words[2]);
        }
        assertThat(sum).isCloseTo(1, within(2e-4));
    }

    @Test
    void theExampleInPython() throws IOException, InterruptedException {
        String python = Runtimes.python("grpc", "grpc_tools");
        PackedApplication served = application();
        long before = events(served);
        Runtimes.output(python, Runtimes.pythonExample().resolve("generate.py").toString());
        String output = Runtimes.output(
                python,
                Runtimes.pythonExample().resolve("predict.py").toString(),
                address("grpcPort"),
                "account-3",
                "account-5");
        assertExampleSpeaksOf("account-5", expected(served).classes(), output);
        awaitEvents(served, before + 1);
    }

    @Test
    void theExampleInJavaScript() throws IOException, InterruptedException {
        String node = Runtimes.node();
        PackedApplication served = application();
        long before = events(served);
        String output = Runtimes.output(
                node,
                Runtimes.javascriptExample().resolve("predict.mjs").toString(),
                address("grpcPort"),
                "account-4",
                "account-6");
        assertExampleSpeaksOf("account-6", expected(served).classes(), output);
        awaitEvents(served, before + 1);
    }

    private long events(PackedApplication served) throws IOException, InterruptedException {
        return served.json("status", "--data", data(), "--json").get("events").asLong();
    }

    /** The size of the topic is asked for now and then. */
    private void awaitEvents(PackedApplication served, long wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (events(served) < wanted) {
            assertThat(System.nanoTime()).as("the event is counted").isLessThan(deadline);
        }
        assertThat(events(served)).isEqualTo(wanted);
    }

    @Test
    void theOpenInferenceProtocolByGrpcJs() throws IOException, InterruptedException {
        String node = Runtimes.node();
        Expected expected = expected(application());
        JsonNode answers = new ObjectMapper()
                .readTree(Runtimes.output(
                        node,
                        CLIENTS.resolve("open_inference.mjs").toString(),
                        Runtimes.javascriptExample().toString(),
                        PROTOS.toString(),
                        address("grpcPort"),
                        expected.model(),
                        NODE));
        assertThat(answers.get("live").asBoolean()).isTrue();
        assertThat(answers.get("ready").asBoolean()).isTrue();
        assertThat(answers.get("metadata").get("inputs").get(0).get("name").asText())
                .isEqualTo("node_id");
        assertThat(answers.get("index").findValuesAsText("name")).contains(expected.model());
        assertThat(answers.get("ids").get(0).asText()).isEqualTo("typed");
        assertThat(answers.get("ids").get(1).asText()).isEqualTo("raw");
        assertThat(answers.get("names").get(0).asText()).isEqualTo("predicted_class");
        assertClose(answers.get("typed"), expected.probabilities());
        assertClose(answers.get("raw"), expected.probabilities());
        assertThat(answers.get("shape").get(1).asInt()).isEqualTo(2);
        assertThat(answers.get("refused").asText()).isEqualTo("INVALID_ARGUMENT");
        assertThat(answers.get("statistics").get(0).get("execution_count").asLong())
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void theOpenInferenceProtocolByTritonclient() throws IOException, InterruptedException {
        String python = Runtimes.python("tritonclient.grpc", "tritonclient.http");
        Expected expected = expected(application());
        JsonNode answers = new ObjectMapper()
                .readTree(Runtimes.output(
                        python,
                        CLIENTS.resolve("open_inference.py").toString(),
                        address("grpcPort"),
                        address("httpPort"),
                        expected.model(),
                        NODE));
        for (String transport : List.of("grpc", "http")) {
            JsonNode answer = answers.get(transport);
            assertClose(answer.get("probabilities"), expected.probabilities());
            assertClose(answer.get("chosen"), expected.probabilities());
            assertThat(answer.get("class_names")).hasSize(expected.classes().size());
            assertThat(answer.get("refused").get(0).asText()).contains("node_id");
            assertThat(answer.get("refused").get(1).asText()).contains("stays loaded");
        }
    }
}
