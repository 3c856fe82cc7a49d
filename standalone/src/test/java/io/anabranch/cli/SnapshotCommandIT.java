package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Instance;
import io.anabranch.standalone.InstanceFolder;
import io.anabranch.standalone.Ports;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots made and imported from the command line, and what it says of wrong ones; a reset, asked for and confirmed. */
class SnapshotCommandIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void aListOfEdgesIsImportedAndAResetTakesNoUpdates() throws Exception {
        System.setProperty("picocli.ansi", "false");
        Path list = Files.writeString(
                folder.resolve("edges.csv"), "source,target,weight,type,time\na,b\nb,c,0.5\nc,a,2,pays,17\n");
        String made = folder.resolve("made").toString();
        JsonNode manifest = json(
                "snapshot",
                "create",
                made,
                "--edges",
                list.toString(),
                "--undirected",
                "--time",
                "2026-01-01T00:00:00Z",
                "--json");
        assertThat(manifest.get("edges").asInt()).isEqualTo(6);
        assertThat(manifest.get("files").size()).isEqualTo(1);
        assertThat(run("snapshot", "create", made, "--edges", list.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("is not empty");

        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            String[] kafka = {"--bootstrap-servers", broker.bootstrapServers()};
            assertThat(run("snapshot", "import", made, kafka[0], kafka[1])).isEqualTo(ExitCode.FAILED);
            assertThat(err.toString()).contains("There is no topic anabranch.updates");
            assertThat(run("topics", "create", kafka[0], kafka[1])).isEqualTo(ExitCode.OK);

            JsonNode imported = json("snapshot", "import", made, kafka[0], kafka[1], "--json");
            assertThat(imported.get("registers").asInt()).isEqualTo(6);
            assertThat(imported.get("events_positions").size()).isZero();
            assertThat(imported.get("note").asText()).contains("will begin at the beginning of anabranch.events");
            JsonNode positioned = json(
                    "snapshot", "import", made, kafka[0], kafka[1], "--events-from", "2026-01-01T00:00:00Z", "--json");
            assertThat(positioned.get("events_positions").size()).isEqualTo(4);
            assertThat(json("snapshot", "import", made, kafka[0], kafka[1], "--json")
                            .get("note")
                            .asText())
                    .contains("since it has positions already");
            assertThat(run("snapshot", "import", made, kafka[0], kafka[1], "--events-from", "earliest"))
                    .isEqualTo(ExitCode.FAILED);
            assertThat(err.toString()).contains("cannot be set: it has positions already");
            assertThat(run("snapshot", "export", folder.resolve("none").toString(), kafka[0], kafka[1]))
                    .isEqualTo(ExitCode.FAILED);
            assertThat(err.toString()).contains("There is no topic anabranch-stream-partition-state-changelog");

            assertThat(run("reset", kafka[0], kafka[1])).isEqualTo(ExitCode.USAGE);
            assertThat(out.toString()).contains("Would delete:", "topic anabranch.halo", "topic anabranch.graph");
            assertThat(topics(broker)).contains("anabranch.halo");
            assertThat(run("reset", kafka[0], kafka[1], "--yes")).isEqualTo(ExitCode.OK);
            assertThat(topics(broker)).contains("anabranch.updates").doesNotContain("anabranch.halo");
        }
        assertThat(run("reset")).isEqualTo(ExitCode.USAGE);
        assertThat(run("reset", "--data", folder.resolve("nothing").toString())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(run("snapshot", "import", made, "--events-from", "yesterday"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aStoppedInstanceIsResetOnItsFolder() throws Exception {
        System.setProperty("picocli.ansi", "false");
        InstanceFolder instance = new InstanceFolder(folder.resolve("instance"));
        BrokerOptions options = new BrokerOptions(instance.broker(), Ports.free(), Ports.free());
        try (InstanceFolder.Claim claim = instance.claim();
                EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            claim.write(new Instance(1, 2, 3, 4, 5, 6, options.port(), options.controllerPort()));
            assertThat(run("topics", "create", "--bootstrap-servers", broker.bootstrapServers()))
                    .isEqualTo(ExitCode.OK);
            assertThat(run("reset", "--yes", "--data", instance.path().toString()))
                    .as("while it runs")
                    .isEqualTo(ExitCode.UNAVAILABLE);
        }
        Path state = Files.createDirectories(instance.streams().resolve("anabranch-stream"));
        Files.writeString(state.resolve("store"), "state");
        assertThat(run("reset", "--data", instance.path().toString())).isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("Would delete:", "folder " + state);
        assertThat(state).exists();
        assertThat(run("reset", "--yes", "--data", instance.path().toString()))
                .as(err.toString())
                .isEqualTo(ExitCode.OK);
        assertThat(state).doesNotExist();
        try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
            assertThat(topics(broker)).contains("anabranch.models").doesNotContain("anabranch.embeddings");
        }
    }

    @Test
    void aDamagedSnapshotIsRefusedAndSoIsALineThatIsNone() throws Exception {
        System.setProperty("picocli.ansi", "false");
        Path list = Files.writeString(folder.resolve("edges.csv"), "a,b\nb,c,heavy\n");
        assertThat(run("snapshot", "create", folder.resolve("bad").toString(), "--edges", list.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("edges.csv, line 2 (b,c,heavy) cannot be read");
        assertThat(run("snapshot", "import", folder.resolve("bad").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("holds no snapshot");

        Path good = folder.resolve("good");
        Files.writeString(list, "a\tb\nb\tc\n");
        assertThat(run("snapshot", "create", good.toString(), "--edges", list.toString()))
                .isEqualTo(ExitCode.OK);
        Path file = good.resolve("registers-00000.pb.gz");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(run("snapshot", "import", good.toString(), "--bootstrap-servers", "127.0.0.1:1"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("is damaged");
        Files.delete(file);
        assertThat(run("snapshot", "import", good.toString(), "--bootstrap-servers", "127.0.0.1:1"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("registers-00000.pb.gz is missing");
    }

    private static Set<String> topics(EmbeddedBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }

    private JsonNode json(String... arguments) throws IOException {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).as(err.toString()).isEqualTo(ExitCode.OK);
        return new ObjectMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
