package io.anabranch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlanCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    /** Five nodes, each a neighbour of all others: 15 aggregations become 9 by pairs; the closed rows are one set. */
    @Test
    void aCliqueAsTable() throws IOException {
        writeClique();

        assertThat(run("plan", folder.toString())).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .containsPattern("open +direct +0 +15 +20")
                .containsPattern(
                        "open +V/4, first merges +1 +13 +1.15 +19 +1.05 +1 .*direct: too few transfers are saved")
                .containsPattern("open +unlimited +\\d +9 +1.67")
                .containsPattern("closed +direct +0 +20 +25")
                .containsPattern("closed +V/4 +1 +4 +5.00 +10 +2.50 .*shared")
                .containsPattern("sequential +unlimited +2 ");
    }

    @Test
    void aCliqueAsJson() throws IOException {
        writeClique();

        assertThat(run("plan", folder.toString(), "--json", "--mode", "closed", "--capacity", "0"))
                .isEqualTo(ExitCode.OK);
        JsonNode plans = new ObjectMapper().readTree(out.toString());
        assertThat(plans).hasSize(1);
        assertThat(plans.get(0).get("mode").asText()).isEqualTo("CLOSED");
        assertThat(plans.get(0).get("equalRows").asInt()).isEqualTo(4);
        assertThat(plans.get(0).get("shared").get("nodes").asInt()).isZero();
        assertThat(plans.get(0).get("shared").get("transfers").asInt()).isEqualTo(25);
        assertThat(plans.get(0).get("choice").asText()).isEqualTo("DIRECT");
        assertThat(plans.get(0).get("reason").asText()).isEqualTo("too few transfers are saved");
    }

    @Test
    void whatTheHubLimitLeavesOutIsSaid() throws IOException {
        writeClique();

        assertThat(run("plan", folder.toString(), "--hub-limit", "3", "--mode", "open"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("open: 5 nodes with more than 3 neighbours");
    }

    @Test
    void weightsThatAreNotOneAreSaid() throws IOException {
        write("edges.tsv.gz", "0 1 0.5", "0 2 2");

        assertThat(run("plan", folder.toString())).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("the weights of the edges do not factor");
    }

    @Test
    void wrongOptionsAndFoldersAreNamed() throws IOException {
        writeClique();

        assertThat(run("plan", folder.toString(), "--lambda", "-2")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("The lambda (-2.0) must be at least -1.");
        assertThat(run("plan", folder.toString(), "--mode", "ajar")).isEqualTo(ExitCode.USAGE);
        assertThat(run("plan", folder.resolve("none").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("is not a folder");
    }

    private void writeClique() throws IOException {
        write("edges.tsv.gz", "0 1", "0 2", "0 3", "0 4", "1 2", "1 3", "1 4", "2 3", "2 4", "3 4");
    }

    private void write(String name, String... lines) throws IOException {
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            file.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        }
    }

    private int run(String... arguments) {
        return Anabranch.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                .execute(arguments);
    }
}
