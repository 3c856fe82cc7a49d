package io.anabranch.benchmark;

import io.anabranch.model.v1.Convolution;
import io.anabranch.stream.StreamConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The same graph and load in one stream processor, and split over several with as many threads in all: throughput, processor time, records and
 * bytes by topic, memory of each process, and how long all of them take to come back without local state.
 */
@Command(
        name = "processes",
        mixinStandardHelpOptions = true,
        description = "One, two and four stream processors on one machine.")
public final class Processes implements Runnable {

    @Option(names = "--local", required = true, description = "Folder for brokers and state; must not exist")
    private Path folder = Path.of("");

    @Option(names = "--processes", split = ",", defaultValue = "1,2,4", description = "(default: ${DEFAULT-VALUE})")
    private List<Integer> processes = List.of();

    @Option(names = "--threads", defaultValue = "4", description = "Threads in all (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(
            names = "--graph",
            defaultValue = "SKEWED",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private GraphShape shape = GraphShape.SKEWED;

    @Option(names = "--burst", defaultValue = "60000", description = "Events of the burst (default: ${DEFAULT-VALUE})")
    private int burst;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            split = " ",
            defaultValue = "-Xmx1g",
            description = "JVM options of each (default: ${DEFAULT-VALUE})")
    private List<String> jvm = List.of();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new Processes()).execute(arguments));
    }

    @Override
    public void run() {
        for (int count : processes) {
            System.out.printf("%n%d processes, %d threads each%n%n", count, Math.max(1, threads / count));
            Map<String, String> own = new LinkedHashMap<>(settings);
            own.put(StreamConfig.THREADS, Integer.toString(Math.max(1, threads / count)));
            try (LocalService service = new LocalService(folder.resolve("of-" + count), shape.width(0), own, jvm);
                    KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(service.bootstrapServers());
                    LogPosition log = new LogPosition(service.bootstrapServers())) {
                for (int i = 1; i < count; i++) {
                    service.addStream();
                }
                measure(service, producer, log);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("The benchmark was interrupted.", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("The broker did not answer.", e);
            } catch (IOException e) {
                throw new UncheckedIOException("A process could not be looked at.", e);
            }
        }
    }

    private void measure(LocalService service, KafkaProducer<byte[], byte[]> producer, LogPosition log)
            throws InterruptedException, ExecutionException, IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Workload workload = new Workload(
                random.split(),
                shape,
                shape.vertices(),
                shape.width(0),
                System.currentTimeMillis() - Duration.ofDays(1).toMillis());
        ReferenceForward model = new ReferenceForward(
                "bench",
                Convolution.CONVOLUTION_SAGE_MEAN,
                shape.width(0),
                shape.width(1),
                shape.width(2),
                random.split());
        EndToEnd.activate(service, model);
        System.out.println("| phase | events | seconds | events/s | CPU µs an event | records an event |");
        System.out.println("|---|---|---|---|---|---|");
        Phases phases = new Phases(service, producer, log);
        Map<String, Long> empty = log.bytes();
        phases.run(
                "bootstrap (%,d nodes, %,d edges)".formatted(shape.vertices(), shape.edges()),
                workload.bootstrap(shape.edges()));
        Map<String, Long> loaded = log.bytes();
        List<byte[]> events = new ArrayList<>(burst);
        for (int i = 0; i < burst; i++) {
            events.add(workload.next().toByteArray());
        }
        phases.run("burst", events);
        Map<String, Long> burst = log.bytes();
        System.out.printf(
                "%nBytes an event, bootstrap: %s%n", perEvent(empty, loaded, shape.vertices() + shape.edges()));
        System.out.printf("Bytes an event, burst: %s%n", perEvent(loaded, burst, events.size()));
        for (StreamProcess process : service.streams()) {
            System.out.printf(
                    "A process: %.0f MiB live on the heap, %.0f MiB resident%n",
                    Vitals.liveHeap(process.pid()), Vitals.resident(process.pid()));
        }
        Exactness.compare(service, model.embeddings(workload));
        System.out.printf("All back without local state: ready after %.1f s%n", restore(service));
    }

    private static String perEvent(Map<String, Long> before, Map<String, Long> after, int events) {
        return after.entrySet().stream()
                .map(topic -> "%s %.0f"
                        .formatted(
                                topic.getKey(),
                                (topic.getValue() - before.getOrDefault(topic.getKey(), 0L)) / (double) events))
                .collect(Collectors.joining(", "));
    }

    private static double restore(LocalService service) throws InterruptedException, IOException {
        service.streams().forEach(StreamProcess::close);
        service.deleteState();
        long start = System.nanoTime();
        service.startAll();
        return (System.nanoTime() - start) / 1e9;
    }
}
