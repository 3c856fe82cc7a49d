package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The chart, with the values of {@code ci/}, is what the overlays are: the same workloads, to the last field, and the same configuration. */
class HelmTest {

    private static final Path CHART = Kustomize.MODULE.resolve("helm/anabranch");
    /** The least that Chart.yaml asks for. */
    private static final String KUBERNETES = "1.30.0";

    /** A namespace and a Kafka cluster are there before the chart; ConfigMaps of the applications have other names and are compared by what they say. */
    private static final Set<String> NOT_OF_THE_CHART = Set.of("Namespace", "Kafka", "KafkaNodePool");

    private static final Set<String> CONFIGURATION = Set.of("anabranch", "stream-processor", "model-service");

    /** What kustomize puts behind the name of a ConfigMap. */
    private static final String HASH = "-[a-z0-9]{10}$";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"DEV", "PROD"})
    void theChartIsWhatTheOverlayIs(Overlay overlay) {
        Map<String, JsonNode> ofHelm = comparable(chart(overlay));
        assertThat(ofHelm).hasSizeGreaterThanOrEqualTo(overlay == Overlay.PROD ? 33 : 19);
        assertThat(ofHelm).isEqualTo(comparable(overlay.manifests()));
        assertThat(ofHelm).isNotEqualTo(comparable(other(overlay).manifests()));
    }

    @ParameterizedTest
    @EnumSource(names = {"DEV", "PROD"})
    void theConfigurationIsTheSame(Overlay overlay) {
        Manifests chart = chart(overlay);
        chart.workloads()
                .forEach(workload -> assertThat(Pod.of(chart, workload).configuration())
                        .isEqualTo(Pod.of(
                                        overlay.manifests(),
                                        workload.path("kind").asText(),
                                        Manifests.name(workload))
                                .configuration()));
    }

    @ParameterizedTest
    @EnumSource(names = {"DEV", "PROD"})
    void theChartPassesSchemasAndPolicies(Overlay overlay) {
        assertThat(Schemas.findings(chart(overlay))).isEmpty();
        assertThat(Policies.findings(chart(overlay))).isEmpty();
    }

    /** With its defaults, and the one value that has none. */
    @Test
    void theChartPassesHelmsOwnLook() throws IOException {
        Path copy = folder.resolve("anabranch");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(CHART.relativize(file).toString()));
            }
        }
        // Helm's look is at a Kubernetes of long ago.
        Path chart = copy.resolve("Chart.yaml");
        Files.writeString(chart, Files.readString(chart).replaceAll("kubeVersion: .*", ""));
        Path values = copy.resolve("values.yaml");
        Files.writeString(
                values,
                Files.readString(values).replace("\nconfig:\n", "\nconfig:\n  anabranch.features.dimension: 8\n"));
        LintResult lint = new Helm(copy).lint().strict().call();
        assertThat(lint.isFailed()).as(lint.getMessages().toString()).isFalse();
        Files.delete(copy.resolve("templates/_helpers.tpl"));
        assertThat(new Helm(copy).lint().strict().call().isFailed()).isTrue();
    }

    /** A great number stays one; YAML would make 1e+06 of it. */
    @Test
    void numbersStayAsTheyAreWritten() {
        Manifests chart = Manifests.parse(new Helm(CHART)
                .template()
                .withName("anabranch")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values(Overlay.DEV))
                .set("config.anabranch\\.propagation\\.max-batch", "1000000")
                .call());
        assertThat(Pod.of(chart, "StatefulSet", "stream-processor").configuration())
                .containsEntry("anabranch.propagation.max-batch", "1000000");
    }

    @ParameterizedTest
    @CsvSource({
        "streamProcessor.heap,2gb",
        "streamProcessor.memory,3G",
        "modelService.replicas,0",
        "modelService.replica,2",
        "image.tag,latest",
        "config.anabranch-partitions,4",
        "config.anabranch\\.features\\.dimension,null",
    })
    void theSchemaOfTheValuesRefuses(String key, String value) {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("anabranch")
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(values(Overlay.DEV))
                        .set(key, value)
                        .call())
                .hasMessageContaining("values don't meet the specifications of the schema");
    }

    @ParameterizedTest
    @CsvSource({
        "strimzi.cluster,,keda.enabled needs strimzi.cluster",
        "config.anabranch\\.topics\\.halo-retention,PT24H,leave anabranch.topics.halo-retention out",
    })
    void whatDoesNotGoTogetherIsRefused(String key, @Nullable String value, String message) {
        assertThatThrownBy(() -> new Helm(CHART)
                        .template()
                        .withName("anabranch")
                        .withKubeVersion(KUBERNETES)
                        .withValuesFile(values(Overlay.PROD))
                        .set(key, value == null ? "" : value)
                        .call())
                .hasMessageContaining(message);
    }

    @Test
    void alertsLeadToTheRunbookThatTheValuesName() {
        String chart = new Helm(CHART)
                .template()
                .withName("anabranch")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values(Overlay.PROD))
                .set("prometheus.runbook", "https://wiki.example.com/anabranch")
                .call();
        assertThat(chart)
                .contains("runbook_url: https://wiki.example.com/anabranch#anabranchdrift")
                .doesNotContain("docs/operations.md#");
    }

    private static Overlay other(Overlay overlay) {
        return overlay == Overlay.DEV ? Overlay.PROD : Overlay.DEV;
    }

    private static Path values(Overlay overlay) {
        return CHART.resolve("ci/%s-values.yaml".formatted(overlay.source().replaceAll(".*/", "")));
    }

    private static Manifests chart(Overlay overlay) {
        return Manifests.parse(new Helm(CHART)
                .template()
                .withName("anabranch")
                .withNamespace("anabranch")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values(overlay))
                .call());
    }

    /** Without namespace, hashes and order: what remains says what runs. */
    private static Map<String, JsonNode> comparable(Manifests manifests) {
        Map<String, JsonNode> resources = new TreeMap<>();
        for (JsonNode resource : manifests.all()) {
            if (isOfTheChart(resource)) {
                ObjectNode copy = resource.deepCopy();
                ((ObjectNode) copy.path("metadata")).remove("namespace");
                if (copy.at("/spec/template/metadata") instanceof ObjectNode template) {
                    template.remove("annotations");
                }
                resources.put(
                        "%s/%s".formatted(resource.path("kind").asText(), Manifests.name(resource)), sorted(copy));
            }
        }
        return resources;
    }

    private static boolean isOfTheChart(JsonNode resource) {
        String kind = resource.path("kind").asText();
        return !NOT_OF_THE_CHART.contains(kind)
                && !(kind.equals("ConfigMap")
                        && CONFIGURATION.contains(Manifests.name(resource).replaceAll(HASH, "")));
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> sorted(field.getValue()));
            // Of a ConfigMap that kustomize has named by its content.
            if (object.path("configMap").path("name").isTextual()) {
                ((ObjectNode) object.path("configMap"))
                        .put("name", object.at("/configMap/name").asText().replaceAll(HASH, ""));
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(HelmTest::sorted);
            if (Manifests.each(array).allMatch(element -> element.has("name"))) {
                List<JsonNode> elements = new ArrayList<>();
                array.forEach(elements::add);
                elements.sort(
                        Comparator.comparing(element -> element.path("name").asText()));
                array.removeAll();
                array.addAll(elements);
            }
        }
        return node;
    }
}
