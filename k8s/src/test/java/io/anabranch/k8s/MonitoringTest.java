package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts and dashboard: names, runbooks, and with promtool what the alerts do. That each metric is exported is what ManifestProcessesIT asks. */
class MonitoringTest {

    private static final Path RUNBOOK = Kustomize.MODULE.resolve("../docs/operations.md");
    private static final Path METRICS = Kustomize.MODULE.resolve("../docs/metrics.md");
    private static final Path RULE_TESTS = Kustomize.MODULE.resolve("src/test/promtool/rules_test.yaml");

    @TempDir
    private Path folder;

    /** Of promtool, last. */
    private String said = "";

    @Test
    void everyAlertSaysHowBadItIsAndWhatToDo() throws IOException {
        Set<String> anchors = Files.readAllLines(RUNBOOK).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
        List<JsonNode> alerts = alerts();
        assertThat(alerts).hasSizeGreaterThan(10);
        assertThat(alerts).allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
            assertThat(alert.at("/annotations/summary").asText()).endsWith(".");
            assertThat(alert.at("/annotations/runbook_url").asText())
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(anchors).contains(name.toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void theRunbookHasNoParagraphWithoutAnAlert() throws IOException {
        assertThat(Files.readAllLines(RUNBOOK).stream()
                        .filter(line -> line.matches("#+ Anabranch[A-Za-z]+"))
                        .map(line -> line.replaceFirst("#+ ", "")))
                .containsExactlyElementsOf(alerts().stream()
                        .map(alert -> alert.path("alert").asText())
                        .toList());
    }

    @Test
    void theDashboardIsWhole() {
        List<JsonNode> panels = Metrics.dashboard(Overlay.PROD.manifests()).toList();
        assertThat(panels).hasSizeGreaterThan(15);
        assertThat(panels).allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty();
        });
        assertThat(panels.stream().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    }

    /** docs/metrics.md has every meter of ours; those of Kafka and of the JVM are asked for in ManifestProcessesIT alone. */
    @Test
    void everyMetricOfOursIsInTheTableOfMetrics() throws IOException {
        Set<String> table = Files.readAllLines(METRICS).stream()
                .filter(line -> line.startsWith("| `anabranch_"))
                .map(line -> line.replaceAll("^\\| `([a-z_]+)`.*", "$1"))
                .collect(Collectors.toSet());
        Set<String> asked = new TreeSet<>(Metrics.asked(Overlay.PROD.manifests()));
        asked.removeIf(name -> !name.startsWith("anabranch_"));
        assertThat(asked).hasSizeGreaterThan(20);
        // What Prometheus makes of one timer or summary.
        assertThat(asked)
                .allMatch(name ->
                        table.contains(name) || table.contains(name.replaceAll("_(bucket|count|sum|max)$", "")));
    }

    @Test
    void namesAreFoundInExpressions() {
        assertThat(
                        Metrics.in(
                                "sum by (le, stage) (rate(a_b_bucket{x=\"y\", le=\"2.0\"}[$__rate_interval])) / on (z) c_d > 1e-5"))
                .containsExactly("a_b_bucket", "c_d");
        assertThat(Metrics.in("histogram_quantile(0.99, sum by (le) (rate(a[5m]))) and n:b:c1 unless d"))
                .containsExactly("a", "d", "n:b:c1");
    }

    @Test
    void promtoolTakesTheRulesAndTheyDoAsTheirTestsSay() throws IOException, InterruptedException {
        assumeTrue(present(), "no promtool here: the rules are not run");
        writeRules(rule -> {});
        Files.copy(RULE_TESTS, folder.resolve("rules_test.yaml"));
        int code = promtool("check", "rules", "rules.yaml");
        assertThat(code).as(said).isZero();
        code = promtool("test", "rules", "rules_test.yaml");
        assertThat(code).as(said).isZero();
    }

    /** Every alert has a test in which it fires: without its condition, the tests fail. */
    @Test
    void everyAlertIsSeenFiring() throws IOException, InterruptedException {
        String tests = Files.readString(RULE_TESTS);
        assertThat(alerts())
                .allSatisfy(alert -> assertThat(tests)
                        .containsPattern("alertname: %s\\n\\s+exp_alerts:\\n\\s+- exp_labels"
                                .formatted(alert.path("alert").asText())));
        assumeTrue(present(), "no promtool here: the rules are not run");
        Files.writeString(folder.resolve("rules_test.yaml"), tests);
        writeRules(rule -> {
            if (rule.has("alert")) {
                rule.put("expr", "vector(0) > 1");
            }
        });
        assertThat(promtool("test", "rules", "rules_test.yaml")).isNotZero();
        assertThat(alerts())
                .allSatisfy(alert -> assertThat(said)
                        .containsPattern("alertname:\\s*%s,"
                                .formatted(alert.path("alert").asText())));
    }

    private static List<JsonNode> alerts() {
        return Metrics.rules(Overlay.PROD.manifests())
                .filter(rule -> rule.has("alert"))
                .toList();
    }

    /** Without the shell of a resource, as promtool reads them. */
    private void writeRules(Consumer<ObjectNode> change) throws IOException {
        ObjectNode rules = new ObjectMapper().createObjectNode();
        JsonNode groups =
                Overlay.PROD.manifests().one("PrometheusRule", "anabranch").at("/spec/groups");
        rules.set("groups", groups);
        Manifests.each(groups)
                .flatMap(group -> Manifests.each(group.path("rules")))
                .forEach(rule -> change.accept((ObjectNode) rule));
        new ObjectMapper(new YAMLFactory())
                .writeValue(folder.resolve("rules.yaml").toFile(), rules);
    }

    private static boolean present() throws InterruptedException {
        try {
            return new ProcessBuilder("promtool", "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private int promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path words = folder.resolve("promtool.txt");
        int code = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start()
                .waitFor();
        said = Files.readString(words, StandardCharsets.UTF_8);
        return code;
    }
}
