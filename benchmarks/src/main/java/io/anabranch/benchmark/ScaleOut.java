package io.anabranch.benchmark;

import io.anabranch.benchmark.CheckedProbes.Sample;
import io.anabranch.model.v1.Convolution;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A second stream processor joins under constant load, and leaves. All the time {@link CheckedProbes} are written and read: how fresh they are,
 * and whether any is wrong; at the end every embedding is compared with a forward pass from scratch.
 */
@Command(
        name = "scale-out",
        mixinStandardHelpOptions = true,
        description = "Freshness while a stream processor joins under load, and leaves.")
public final class ScaleOut implements Runnable {

    private static final String GROUP = "anabranch-stream";
    private static final int PROBES = 40;
    private static final int PROBES_PER_SECOND = 40;
    private static final double TARGET_MILLIS = 1_000;
    private static final int WINDOW_SECONDS = 5;

    @Option(names = "--local", required = true, description = "Folder for broker and state; must not exist")
    private Path folder = Path.of("");

    @Option(
            names = "--graph",
            defaultValue = "SKEWED",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private GraphShape shape = GraphShape.SKEWED;

    @Option(names = "--rate", defaultValue = "2000", description = "Events a second (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--join", defaultValue = "20", description = "Seconds from the start until the second joins")
    private int join;

    @Option(names = "--leave", defaultValue = "100", description = "Seconds from the start until it is told to stop")
    private int leave;

    @Option(names = "--end", defaultValue = "150", description = "Seconds from the start until the end")
    private int end;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            split = " ",
            defaultValue = "-Xmx1g",
            description = "JVM options of the stream processors (default: ${DEFAULT-VALUE})")
    private List<String> jvm = List.of();

    /** What was done when, in seconds from the start. */
    private final Map<String, Double> changes = new LinkedHashMap<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new ScaleOut()).execute(arguments));
    }

    @Override
    public void run() {
        try (LocalService service = new LocalService(folder, shape.width(0), settings, jvm);
                KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(service.bootstrapServers());
                LogPosition log = new LogPosition(service.bootstrapServers())) {
            measure(service, producer, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker did not answer.", e);
        }
    }

    private void measure(LocalService service, KafkaProducer<byte[], byte[]> producer, LogPosition log)
            throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(seed);
        long startTime = System.currentTimeMillis() - Duration.ofDays(1).toMillis();
        Workload workload = new Workload(random.split(), shape, shape.vertices(), shape.width(0), startTime);
        ReferenceForward model = new ReferenceForward(
                "bench",
                Convolution.CONVOLUTION_SAGE_MEAN,
                shape.width(0),
                shape.width(1),
                shape.width(2),
                random.split());
        EndToEnd.activate(service, model);
        CheckedProbes probes = new CheckedProbes(service, model, shape, PROBES, false, startTime, random.split());
        System.out.println("| phase | events | seconds | events/s | CPU µs an event | records an event |");
        System.out.println("|---|---|---|---|---|---|");
        Phases phases = new Phases(service, producer, log);
        phases.run(
                "bootstrap (%,d nodes, %,d edges)".formatted(shape.vertices(), shape.edges()),
                workload.bootstrap(shape.edges()));
        phases.run("probes", probes.bootstrap());
        long start = System.nanoTime();
        Thread reader = Thread.ofPlatform().daemon().start(probes);
        Thread changer = Thread.ofPlatform().daemon().start(() -> change(service, log, start));
        load(probes, workload, producer, start);
        changer.join();
        log.awaitQuiet();
        EndToEnd.await(Duration.ofMinutes(1), "the last probe", () -> probes.unseen() == 0 ? 1 : 0);
        probes.stop();
        reader.join();
        report(probes, start);
        Exactness.compare(service, model.embeddings(workload));
        if (!probes.wrong().isEmpty()) {
            throw new IllegalStateException("%d probes were wrong, first %s."
                    .formatted(probes.wrong().size(), probes.wrong().getFirst()));
        }
    }

    private void change(LocalService service, LogPosition log, long start) {
        try {
            sleepUntil(start, join);
            changes.put("a second process is started", seconds(start));
            StreamProcess second = service.addStream();
            changes.put("it is ready", seconds(start));
            int owned = 0;
            while (seconds(start) < leave) {
                int now = log.owned(GROUP, "stream-1");
                if (now != owned) {
                    changes.put("it has %d partitions".formatted(now), seconds(start));
                    owned = now;
                }
                Thread.sleep(500);
            }
            changes.put("it is told to stop", seconds(start));
            second.close();
            changes.put("it has ended", seconds(start));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("The group could not be described.", e);
        }
    }

    private static void sleepUntil(long start, int second) throws InterruptedException {
        Thread.sleep(Math.max(0, (long) (1_000 * (second - seconds(start)))));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private void load(CheckedProbes probes, Workload workload, KafkaProducer<byte[], byte[]> producer, long start)
            throws InterruptedException {
        long sent = 0;
        long probed = 0;
        while (seconds(start) < end) {
            for (long due = (long) (seconds(start) * rate); sent < due; sent++) {
                producer.send(
                        new ProducerRecord<>(EndToEnd.EVENTS, workload.next().toByteArray()));
            }
            for (long due = (long) (seconds(start) * PROBES_PER_SECOND); probed < due; probed++) {
                producer.send(new ProducerRecord<>(EndToEnd.EVENTS, probes.next()));
            }
            Thread.sleep(1);
        }
        producer.flush();
    }

    private void report(CheckedProbes probes, long start) {
        List<Sample> samples = probes.samples();
        System.out.printf("%n| sent in second | probes | p50 ms | p99 ms | max ms | |%n|---|---|---|---|---|---|%n");
        for (int from = 0; from < end; from += WINDOW_SECONDS) {
            int window = from;
            double[] millis = samples.stream()
                    .filter(sample -> in(sample, start, window, window + WINDOW_SECONDS))
                    .mapToDouble(Sample::millis)
                    .sorted()
                    .toArray();
            if (millis.length > 0) {
                System.out.printf(
                        "| %d–%d | %,d | %.0f | %.0f | %.0f | %s |%n",
                        from,
                        from + WINDOW_SECONDS,
                        millis.length,
                        millis[millis.length / 2],
                        millis[(int) (0.99 * millis.length)],
                        millis[millis.length - 1],
                        at(window));
            }
        }
        System.out.println();
        settled(samples, start, "joined", join, leave);
        settled(samples, start, "left", leave, end);
        System.out.printf(
                "%,d embeddings of probes read, %d wrong.%n",
                probes.read(), probes.wrong().size());
    }

    private String at(int window) {
        List<String> here = new ArrayList<>();
        changes.forEach((what, second) -> {
            if (second >= window && second < window + WINDOW_SECONDS) {
                here.add("%s (%.1f)".formatted(what, second));
            }
        });
        return String.join(", ", here);
    }

    private static boolean in(Sample sample, long start, int from, int to) {
        double second = (sample.sentNanos() - start) / 1e9;
        return second >= from && second < to;
    }

    /** From then on 99 of 100 probes of every five seconds are fresh. */
    private static void settled(List<Sample> samples, long start, String what, int from, int to) {
        double last = from;
        for (int second = from; second + WINDOW_SECONDS <= to; second++) {
            int window = second;
            double[] millis = samples.stream()
                    .filter(sample -> in(sample, start, window, window + WINDOW_SECONDS))
                    .mapToDouble(Sample::millis)
                    .sorted()
                    .toArray();
            if (millis.length > 0 && millis[(int) (0.99 * millis.length)] > TARGET_MILLIS) {
                last = second + WINDOW_SECONDS;
            }
        }
        System.out.printf(
                "After it %s: p99 of any 5 s is at most %.0f ms for good after %.0f s.%n",
                what, TARGET_MILLIS, last - from);
    }
}
