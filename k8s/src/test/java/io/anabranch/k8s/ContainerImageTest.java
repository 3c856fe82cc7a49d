package io.anabranch.k8s;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Jib;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images upon nothing: what is ours of them. The base comes from a registry and is not looked at here. */
class ContainerImageTest {

    @TempDir
    private Path folder;

    @Test
    void anImageHasTheApplicationWhereTheManifestsStartItAndRunsAsTheirUser() throws Exception {
        for (Overlay overlay : Overlay.values()) {
            for (Pod pod : overlay.manifests()
                    .workloads()
                    .map(w -> Pod.of(overlay.manifests(), w))
                    .toList()) {
                String image = pod.container().path("image").asText();
                ContainerImage ours =
                        ContainerImages.of(Path.of(".."), System.getProperty("anabranch.version")).stream()
                                .filter(candidate ->
                                        image.endsWith("%s:%s".formatted(candidate.name(), candidate.version())))
                                .findFirst()
                                .orElseThrow(() -> new AssertionError("Nobody builds %s.".formatted(image)));
                assertThat(Manifests.each(pod.container().path("ports"))
                                .map(port -> port.path("containerPort").asInt()))
                        .isSubsetOf(ours.ports());
                JsonNode context = Pod.spec(pod.workload()).path("securityContext");
                assertThat("%s:%s"
                                .formatted(
                                        context.path("runAsUser").asText(),
                                        context.path("runAsGroup").asText()))
                        .isEqualTo(ContainerImage.USER);
                assertThat(pod.command()).endsWith("-jar", "/opt/anabranch/quarkus-run.jar");
            }
        }
    }

    @Test
    void theArchiveHoldsTheFilesInLayersAndSaysHowToRun() throws Exception {
        Map<String, byte[]> archive = files(Files.readAllBytes(write("one.tar")));
        JsonNode manifest = json(archive, "manifest.json").get(0);
        JsonNode config = json(archive, manifest.path("Config").asText());

        assertThat(manifest.at("/RepoTags/0").asText()).isEqualTo("anabranch/some:1");
        assertThat(config.path("architecture").asText()).isEqualTo("arm64");
        assertThat(config.at("/config/User").asText()).isEqualTo("10001:10001");
        assertThat(config.at("/config/WorkingDir").asText()).isEqualTo("/opt/anabranch");
        assertThat(config.at("/config/ExposedPorts").has("9090/tcp")).isTrue();
        assertThat(Manifests.each(config.at("/config/Entrypoint")).map(JsonNode::asText))
                .startsWith("java")
                .endsWith("-jar", "/opt/anabranch/quarkus-run.jar");
        List<String> all = new ArrayList<>();
        for (JsonNode layer : manifest.path("Layers")) {
            all.addAll(
                    files(unzipped(requireNonNull(archive.get(layer.asText())))).keySet());
        }
        assertThat(all)
                .contains(
                        "opt/anabranch/lib/boot/a.jar",
                        "opt/anabranch/lib/main/b.jar",
                        "opt/anabranch/quarkus/generated.jar",
                        "opt/anabranch/app/c.jar",
                        "opt/anabranch/quarkus-run.jar");
        assertThat(manifest.path("Layers")).hasSize(5);
    }

    @Test
    void theSameFilesGiveTheSameImage() throws Exception {
        byte[] first = Files.readAllBytes(write("first.tar"));
        Files.setLastModifiedTime(folder.resolve("quarkus-app/app/c.jar"), FileTime.fromMillis(1_000_000));
        assertThat(json(files(Files.readAllBytes(write("second.tar"))), "manifest.json"))
                .isEqualTo(json(files(first), "manifest.json"));
        Files.writeString(folder.resolve("quarkus-app/app/c.jar"), "other");
        assertThat(json(files(Files.readAllBytes(write("third.tar"))), "manifest.json"))
                .isNotEqualTo(json(files(first), "manifest.json"));
    }

    private Path write(String name) throws Exception {
        Path application = folder.resolve("quarkus-app");
        for (String file :
                List.of("lib/boot/a.jar", "lib/main/b.jar", "quarkus/generated.jar", "app/c.jar", "quarkus-run.jar")) {
            if (!Files.exists(application.resolve(file))) {
                Files.createDirectories(application.resolve(file).getParent());
                Files.writeString(application.resolve(file), file);
            }
        }
        Path archive = folder.resolve(name);
        new ContainerImage("anabranch/some", "1", application, List.of(9090))
                .write(Jib.fromScratch(), "arm64", archive, folder.resolve("cache-" + name));
        return archive;
    }

    private static byte[] unzipped(byte[] zipped) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        }
    }

    private static Map<String, byte[]> files(byte[] tar) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            TarArchiveEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                files.put(entry.getName().replaceFirst("^/", ""), in.readAllBytes());
            }
        }
        return files;
    }

    private static JsonNode json(Map<String, byte[]> archive, String name) throws IOException {
        return new ObjectMapper().readTree(archive.get(name));
    }
}
