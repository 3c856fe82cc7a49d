package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics made from the command line, on a real broker, and what is said of those that are there. */
class TopicsCreateCommandIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void whatIsMissingIsMadeAndWhatDiffersIsNamed() throws Exception {
        System.setProperty("picocli.ansi", "false");
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            String brokers = broker.bootstrapServers();
            String[] command = {"topics", "create", "--bootstrap-servers", brokers, "--partitions", "3", "--json"};

            JsonNode dry = json(ExitCode.FAILED, with(command, "--dry-run"));
            assertThat(dry.size()).isEqualTo(8);
            dry.forEach(topic -> assertThat(topic.get("state").asText()).isEqualTo("missing"));
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                assertThat(admin.listTopics().names().get()).isEmpty();

                json(ExitCode.OK, command)
                        .forEach(
                                topic -> assertThat(topic.get("state").asText()).isEqualTo("created"));
                assertThat(admin.listTopics().names().get())
                        .containsExactlyInAnyOrder(
                                "anabranch.events",
                                "anabranch.updates",
                                "anabranch.halo",
                                "anabranch.graph",
                                "anabranch.embeddings",
                                "anabranch.models",
                                "anabranch.processors",
                                "anabranch.dead-letters");
                json(ExitCode.OK, with(command, "--dry-run"))
                        .forEach(
                                topic -> assertThat(topic.get("state").asText()).isEqualTo("as planned"));

                admin.createPartitions(Map.of("anabranch.graph", NewPartitions.increaseTo(5)))
                        .all()
                        .get();
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, "anabranch.updates"),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("retention.bytes", "1000"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
            }
            JsonNode differing = json(ExitCode.FAILED, command);
            assertThat(differing.findValuesAsText("state"))
                    .containsExactly(
                            "as planned",
                            "as planned",
                            "different",
                            "as planned",
                            "different",
                            "as planned",
                            "as planned",
                            "as planned");
            assertThat(differing.get(2).get("differences").get(0).asText()).contains("retention.bytes=1000");
            assertThat(differing.get(4).get("differences").get(0).asText()).contains("5 partitions");
        }
        assertThat(run("topics", "create", "--bootstrap-servers", "127.0.0.1:1", "--partitions", "0"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--partitions (0) must be between 1 and 1000.");
    }

    private static String[] with(String[] command, String option) {
        String[] longer = Arrays.copyOf(command, command.length + 1);
        longer[command.length] = option;
        return longer;
    }

    private JsonNode json(int exitCode, String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(exitCode);
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
