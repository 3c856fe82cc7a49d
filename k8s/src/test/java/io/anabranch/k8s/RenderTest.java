package io.anabranch.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The renderings that all other tests read are what kustomize makes of the overlays now. */
class RenderTest {

    /** {@code -Dk8s.render=true} writes them anew. */
    private static final boolean WRITE = Boolean.getBoolean("k8s.render");

    @ParameterizedTest
    @EnumSource
    void theRenderingIsWhatKustomizeMakes(Overlay overlay) throws IOException, InterruptedException {
        assumeTrue(Kustomize.present(), "no kubectl here: the committed rendering is taken as it is");
        String rendered = Kustomize.render(overlay.source());
        if (WRITE) {
            Files.writeString(overlay.rendered(), rendered);
        }
        assertThat(rendered)
                .as("maybe write it anew: mvn -pl k8s test -Dtest=RenderTest -Dk8s.render=true")
                .isEqualTo(Files.readString(overlay.rendered()));
    }

    @Test
    void everyFolderIsRendered() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Overlay overlay : Overlay.values()) {
            collect(Kustomize.MODULE.resolve(overlay.source()), used);
        }
        try (Stream<Path> folders = Files.walk(Kustomize.MODULE)) {
            assertThat(folders.filter(path -> path.endsWith("kustomization.yaml"))
                            .map(path -> Kustomize.MODULE
                                    .relativize(path.getParent())
                                    .toString()))
                    .containsExactlyInAnyOrderElementsOf(used);
        }
    }

    private static void collect(Path folder, Set<String> used) throws IOException {
        used.add(Kustomize.MODULE.relativize(folder).toString());
        Set<String> entries = Files.readAllLines(folder.resolve("kustomization.yaml")).stream()
                .filter(line -> line.startsWith("  - ") && !line.contains(":"))
                .map(line -> line.substring(4).strip())
                .collect(Collectors.toSet());
        for (String entry : entries) {
            Path target = folder.resolve(entry).normalize();
            if (Files.isDirectory(target)) {
                collect(target, used);
            }
        }
    }
}
