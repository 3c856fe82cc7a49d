package io.anabranch.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a JVM holds, in MiB and numbers. Linux alone has all of it.
 *
 * @param heap what is reachable, counted right at a full collection
 * @param nonHeap committed outside the heap, as the JVM's native memory tracking counts it
 * @param resident the process's resident memory
 * @param direct direct buffers
 */
record Vitals(double heap, double nonHeap, double resident, double direct, double threads, double files) {

    private static final double KIB_PER_MIB = 1024;
    private static final Pattern LIVE = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");
    private static final Pattern TOTAL = Pattern.compile("Total: reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern JAVA_HEAP = Pattern.compile("Java Heap \\(reserved=\\d+KB, committed=(\\d+)KB");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern THREADS = Pattern.compile("Threads:\\s+(\\d+)");
    private static final Pattern DIRECT =
            Pattern.compile("jvm_buffer_memory_used_bytes\\{[^}]*id=\"direct\"[^}]*} (\\S+)");

    /**
     * Collects its garbage for that, which holds it up.
     *
     * @param classes gets what the heap holds by class
     */
    static Vitals of(ServeProcess process, Path classes) throws IOException, InterruptedException {
        String live = jcmd(process.pid(), "GC.class_histogram");
        Files.writeString(classes, live);
        String tracked = jcmd(process.pid(), "VM.native_memory", "summary", "scale=KB");
        String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        return new Vitals(
                number(LIVE, live) / (1 << 20),
                (number(TOTAL, tracked) - number(JAVA_HEAP, tracked)) / KIB_PER_MIB,
                number(RESIDENT, status) / KIB_PER_MIB,
                number(DIRECT, get(process.metrics())) / (1 << 20),
                number(THREADS, status),
                files(process.pid()));
    }

    /** What is reachable on its heap, in MiB, counted at a full collection. */
    static double liveHeap(long pid) throws IOException, InterruptedException {
        return number(LIVE, jcmd(pid, "GC.class_histogram")) / (1 << 20);
    }

    /** In MiB. */
    static double resident(long pid) throws IOException {
        return number(RESIDENT, Files.readString(Path.of("/proc", Long.toString(pid), "status"))) / KIB_PER_MIB;
    }

    private static double files(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** What {@code jcmd} prints about a process. */
    static String jcmd(long pid, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>();
        all.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        all.add(Long.toString(pid));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd failed: %s".formatted(output));
        }
        return output;
    }

    private static double number(Pattern pattern, String text) throws IOException {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IOException("Nothing matches (%s) in: %s".formatted(pattern, text));
        }
        return Double.parseDouble(found.group(1));
    }
}
