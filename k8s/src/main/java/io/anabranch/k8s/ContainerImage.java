package io.anabranch.k8s;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.Ports;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/**
 * The image of one packed application: what changes seldom lies in the lower layers. Runs as a user without a name, and writes nowhere; the
 * manifests give it volumes. Built twice from the same files it is the same to the bit.
 *
 * @param name such as {@code anabranch/model-service}, without a version
 * @param application the folder {@code quarkus-app} of a build
 * @param ports that it listens on
 */
record ContainerImage(String name, String version, Path application, List<Integer> ports) {

    /** Of the manifests' security context; no user of a base image has this number. */
    static final String USER = "10001:10001";

    private static final AbsoluteUnixPath FOLDER = AbsoluteUnixPath.get("/opt/anabranch");
    /** Lowest first. */
    private static final List<String> LAYERS = List.of("lib/boot", "lib/main", "quarkus", "app", "quarkus-run.jar");

    /**
     * Writes the image as an archive, as {@code docker load} and {@code skopeo copy docker-archive:} read it.
     *
     * @param base what the layers lie upon: an image with a JDK 25 as {@code java}, or nothing
     * @param architecture such as {@code amd64}; that of the natives in the application
     */
    void write(JibContainerBuilder base, String architecture, Path archive, Path cache)
            throws IOException, InterruptedException, ExecutionException {
        for (String layer : LAYERS) {
            base.addFileEntriesLayer(FileEntriesLayer.builder()
                    .setName(layer)
                    .addEntryRecursive(application.resolve(layer), FOLDER.resolve(layer))
                    .build());
        }
        base.setPlatforms(Set.of(new Platform(architecture, "linux")))
                .setUser(USER)
                .setWorkingDirectory(FOLDER)
                .setEntrypoint(
                        "java",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        FOLDER.resolve("quarkus-run.jar").toString())
                .setExposedPorts(
                        Ports.parse(ports.stream().map(Object::toString).toList()))
                .addLabel("org.opencontainers.image.title", name)
                .addLabel("org.opencontainers.image.version", version)
                .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
                .setCreationTime(Instant.EPOCH);
        try {
            base.containerize(Containerizer.to(TarImage.at(archive).named(name + ":" + version))
                    .setApplicationLayersCache(cache)
                    .setBaseImageLayersCache(cache)
                    .setToolName("anabranch"));
        } catch (CacheDirectoryCreationException | RegistryException | InvalidImageReferenceException e) {
            throw new IOException("The image %s cannot be built: %s".formatted(name, e.getMessage()), e);
        }
    }
}
