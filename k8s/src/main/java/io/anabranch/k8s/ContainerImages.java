package io.anabranch.k8s;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Builds the images of both applications as archives, without a container daemon: {@code mvn -Pimages -pl k8s -am package}. The base is taken from
 * its registry.
 */
public final class ContainerImages {

    private ContainerImages() {}

    /**
     * Writes both archives.
     *
     * @param arguments base image, architecture, version, root of the checkout, folder for the archives
     */
    public static void main(String[] arguments)
            throws IOException, InterruptedException, ExecutionException, InvalidImageReferenceException {
        if (arguments.length != 5) {
            throw new IllegalArgumentException(
                    "There must be a base image, an architecture, a version, the checkout and a folder; there are %d arguments."
                            .formatted(arguments.length));
        }
        String architecture = arguments[1];
        Path target = Files.createDirectories(Path.of(arguments[4]));
        for (ContainerImage image : of(Path.of(arguments[3]), arguments[2])) {
            Path archive = target.resolve(
                    "%s-%s-%s.tar".formatted(image.name().replaceAll(".*/", ""), image.version(), architecture));
            image.write(Jib.from(arguments[0]), architecture, archive, target.resolve("cache"));
        }
    }

    static List<ContainerImage> of(Path checkout, String version) {
        return List.of(
                new ContainerImage(
                        "anabranch/stream-processor",
                        version,
                        checkout.resolve("stream-processor/target/quarkus-app"),
                        List.of(8080)),
                new ContainerImage(
                        "anabranch/model-service",
                        version,
                        checkout.resolve("model-service/server/target/quarkus-app"),
                        List.of(9090, 8080, 8443)));
    }
}
