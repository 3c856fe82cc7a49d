package io.anabranch.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.anabranch.standalone.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pod's container as a process of this machine: command, arguments, environment and files of the manifest, with nothing replaced but what belongs
 * to the machine. Those are the places of files, which lie in a folder as they would below the image's root, the addresses of Kafka and
 * of the ports, and what secrets hold.
 */
final class PodProcess implements AutoCloseable {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final List<String> FOLDERS =
            List.of("/etc/anabranch-kafka", "/etc/anabranch-tls", "/etc/anabranch", "/var/lib/anabranch", "/tmp");
    private static final Pattern FOLDER =
            Pattern.compile("(?<![\\w./-])(%s)(?![\\w-])".formatted(String.join("|", FOLDERS)));
    private static final String JAR = "/opt/anabranch/quarkus-run.jar";

    private final Pod pod;
    private final Path root;
    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final Process process;

    /**
     * Starts it.
     *
     * @param application folder of the application's module
     * @param secrets by the name that {@link Pod} gives them
     * @param otherEnvironment variables over those of the manifest
     */
    PodProcess(
            Pod pod,
            Path root,
            Path application,
            String kafka,
            Map<String, String> secrets,
            Map<String, String> otherEnvironment)
            throws IOException {
        this.pod = pod;
        this.root = root;
        Manifests.each(pod.container().path("ports"))
                .forEach(port -> ports.put(port.path("containerPort").asInt(), Ports.free()));
        Path jar = application
                .resolve(Path.of("target", "quarkus-app", "quarkus-run.jar"))
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(
                    "The application %s is not packed.%nMaybe build with mvn -pl k8s -am package.".formatted(jar));
        }
        for (String folder : FOLDERS) {
            Files.createDirectories(root.resolve(folder.substring(1)));
        }
        for (Map.Entry<String, String> file : pod.files().entrySet()) {
            String content = placed(file.getValue()).replaceAll("anabranch-kafka-bootstrap:\\d+", kafka);
            for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
                content = content.replaceAll("(port=)%d\\b".formatted(port.getKey()), "$1" + port.getValue());
            }
            Files.writeString(root.resolve("etc/anabranch").resolve(file.getKey()), content);
        }
        Path work = Files.createDirectories(root.resolve("work"));
        Path home = Files.createDirectories(root.resolve("home"));
        Pod started = pod.with(otherEnvironment);
        List<String> command = new ArrayList<>(started.command().stream()
                .map(word -> word.equals(JAR) ? jar.toString() : placed(word))
                .toList());
        if (!command.getFirst().equals("java")) {
            throw new AssertionError("The command is not java: " + command);
        }
        command.set(0, JAVA.toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        Map<String, String> environment = new HashMap<>(started.environment());
        environment.replaceAll((name, value) -> value.startsWith("secret:") ? secrets.get(value) : value);
        builder.environment().clear();
        builder.environment().putAll(environment);
        // The user of the image has no home, and the image's file system cannot be written.
        builder.environment()
                .put("JDK_JAVA_OPTIONS", "-Duser.home=%s -Djava.io.tmpdir=%s".formatted(home, root.resolve("tmp")));
        process =
                builder.redirectErrorStream(true).redirectOutput(log().toFile()).start();
        // Whatever ends this JVM in good order ends the process, too.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Paths of the image become those below the root. */
    private String placed(String text) {
        return FOLDER.matcher(text).replaceAll(folder -> Matcher.quoteReplacement(root + folder.group()));
    }

    Path log() {
        return root.resolve("log.txt");
    }

    /** What the container would find in its image's folders, if it had written there. */
    List<Path> writtenOutsideVolumes() throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(root.resolve("work")) || file.startsWith(root.resolve("home")))
                    .toList();
        }
    }

    /** Asks as the kubelet does: any answer from 200 to 399 is yes; the certificate is not looked at. */
    boolean probe(HttpClient trusting, String name) throws InterruptedException {
        JsonNode get = pod.container().path(name).path("httpGet");
        try {
            int status = trusting.send(
                            HttpRequest.newBuilder(uri(
                                            get.path("scheme").asText("HTTP"),
                                            get.path("port").asText(),
                                            get.path("path").asText()))
                                    .timeout(Duration.ofSeconds(pod.container()
                                            .path(name)
                                            .path("timeoutSeconds")
                                            .asInt()))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            return status >= 200 && status < 400;
        } catch (IOException e) {
            return false;
        }
    }

    URI uri(String scheme, String portName, String path) {
        int container = Manifests.named(pod.container().path("ports"), portName)
                .path("containerPort")
                .asInt();
        return URI.create("%s://127.0.0.1:%d%s".formatted(scheme.toLowerCase(Locale.ROOT), ports.get(container), path));
    }

    Pod pod() {
        return pod;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGTERM. Returns whether it ended by itself within the manifest's grace period. */
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(
                Pod.spec(pod.workload()).path("terminationGracePeriodSeconds").asLong(), TimeUnit.SECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }

    /** Greatest resident size so far, in bytes; Linux alone says it. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
