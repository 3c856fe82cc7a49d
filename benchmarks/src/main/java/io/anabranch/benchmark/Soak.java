package io.anabranch.benchmark;

import io.anabranch.benchmark.SoakReads.Kind;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A packed application under steady load for a long time: events, reads of all kinds, watchers that come and go. What the process holds is
 * read every minute, and judged by its trend. Broker and load run in this process, so that what grows is the application's.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = "Memory, threads, files, errors and latencies of a packed application under steady load.")
public final class Soak implements Runnable {

    private static final int CLIENTS = 16;
    private static final int TURNS = 3;
    private static final Duration SETTLING = Duration.ofSeconds(3);
    /** The whole heap from the start, so that resident memory grows by nothing else than what lies outside it. */
    private static final String JVM = "-Xms2g -XX:+AlwaysPreTouch -XX:NativeMemoryTracking=summary";

    @Option(names = "--launcher", defaultValue = "./anabranch", description = "Default: ${DEFAULT-VALUE}")
    private Path launcher = Path.of("");

    @Option(names = "--folder", required = true, description = "New folder for data, log and dumps")
    private Path folder = Path.of("");

    @Option(names = "--minutes", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}")
    private int minutes;

    @Option(
            names = "--share",
            defaultValue = "0.7",
            description = "Of the closed loop's rate with 16 clients (default: ${DEFAULT-VALUE})")
    private double share;

    @Option(names = "--events", defaultValue = "500", description = "Events a second (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(names = "--warm-up", defaultValue = "40", description = "Seconds before (default: ${DEFAULT-VALUE})")
    private int warmUp;

    @Option(names = "-S", description = "Further settings, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    private final List<Vitals> vitals = new ArrayList<>();
    private final List<String> times = new ArrayList<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new Soak()).execute(arguments));
    }

    @Override
    public void run() {
        try {
            Files.createDirectories(folder);
            BrokerOptions options = new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free());
            try (EmbeddedBroker broker = EmbeddedBroker.start(options)) {
                soak(broker.bootstrapServers());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The soak was interrupted.", e);
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("The soak failed.", e);
        }
    }

    private void soak(String bootstrapServers) throws InterruptedException, IOException, ExecutionException {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "anabranch.kafka.bootstrap-servers",
                bootstrapServers,
                "anabranch.features.dimension",
                Integer.toString(ServingSetup.FEATURES),
                // Else deletes are remembered for ever, which would be a growth of its own.
                "anabranch.graph.lateness",
                "PT1M"));
        all.putAll(settings);
        try (ServeProcess process = ServeProcess.start(launcher, folder, all, JVM);
                Service service = new RemoteService(process.grpcTarget(), bootstrapServers)) {
            EndToEnd.await(Duration.ofMinutes(2), "the instance to be ready", () -> process.answers(service));
            Workload workload = ServingSetup.fill(service);
            ManagedChannel channel = NettyChannelBuilder.forTarget(process.grpcTarget())
                    .usePlaintext()
                    .directExecutor()
                    .build();
            try (SoakEvents publisher = new SoakEvents(channel, workload, events);
                    SoakWatchers watchers = new SoakWatchers(channel, ServingSetup.SHAPE.vertices());
                    SoakLoad load = new SoakLoad(new SoakReads(channel, ServingSetup.SHAPE.vertices()))) {
                double rate = calibrate(load);
                load.start(rate);
                measure(process, load, publisher, watchers);
            } finally {
                channel.shutdownNow();
            }
        }
        report();
    }

    private double calibrate(SoakLoad load) throws InterruptedException {
        load.closedLoop(CLIENTS, warmUp);
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < TURNS; i++) {
            rates.add(load.closedLoop(CLIENTS, 5));
        }
        double most = rates.stream().sorted().toList().get(TURNS / 2);
        System.out.printf(
                "Closed loop of %d clients beside %,d events/s: %,.0f reads/s, of which %.0f %% are %,.0f reads/s.%n%n",
                CLIENTS, events, most, 100 * share, share * most);
        return share * most;
    }

    private void measure(ServeProcess process, SoakLoad load, SoakEvents publisher, SoakWatchers watchers)
            throws InterruptedException, IOException {
        System.out.println(
                "| minute | live heap, MiB | outside the heap, MiB | resident, MiB | direct buffers, MiB | threads | files | reads/s | not found | events/s | messages/s | resyncs | errors |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        long begin = System.nanoTime();
        SoakTally held = load.take();
        publisher.takeAcknowledged();
        watchers.takeMessages();
        for (int minute = 1; minute <= minutes; minute++) {
            long due = begin + minute * 60_000_000_000L;
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            SoakTally tally = load.take();
            long acknowledged = publisher.takeAcknowledged();
            long messages = watchers.takeMessages();
            Vitals now = Vitals.of(process, folder.resolve("classes-%02d.txt".formatted(minute)));
            vitals.add(now);
            Map<String, Long> errors = new TreeMap<>(tally.errors());
            held.errors().forEach((what, count) -> errors.merge(what, count, Long::sum));
            errors.putAll(publisher.failures());
            errors.putAll(watchers.failures());
            System.out.printf(
                    "| %d | %.1f | %.1f | %.0f | %.1f | %.0f | %.0f | %,d | %,d | %,d | %,d | %d | %s |%n",
                    minute,
                    now.heap(),
                    now.nonHeap(),
                    now.resident(),
                    now.direct(),
                    now.threads(),
                    now.files(),
                    (tally.answers() + held.answers()) / 60,
                    tally.notFound(),
                    acknowledged / 60,
                    messages / 60,
                    watchers.resyncs(),
                    errors.isEmpty() ? "0" : errors);
            times.add(times(minute, tally));
            System.err.println(times.getLast());
            if (minute == first()) {
                dump(process, "first", "baseline");
            }
            // What the look at the process has held up is no latency of the application's.
            Thread.sleep(SETTLING);
            held = load.take();
        }
        dump(process, "last", "summary.diff");
    }

    private static String times(int minute, SoakTally tally) {
        StringBuilder row = new StringBuilder("| %d |".formatted(minute));
        for (Kind kind : Kind.values()) {
            row.append(" %.2f / %.2f |".formatted(tally.millis(kind, 50), tally.millis(kind, 99)));
        }
        return row.toString();
    }

    /** For the cause of a growth: what lies outside the heap by purpose, and the threads. */
    private void dump(ServeProcess process, String name, String nativeMemory) throws IOException, InterruptedException {
        Files.writeString(folder.resolve(name + "-histogram.txt"), Vitals.jcmd(process.pid(), "GC.class_histogram"));
        Files.writeString(
                folder.resolve(name + "-native.txt"), Vitals.jcmd(process.pid(), "VM.native_memory", nativeMemory));
        Files.writeString(folder.resolve(name + "-threads.txt"), Vitals.jcmd(process.pid(), "Thread.print"));
    }

    /** The trend is that of the last two thirds. */
    private int first() {
        return Math.max(1, minutes / 3);
    }

    private void report() {
        System.out.printf("%np50 / p99, ms:%n%n| minute |");
        for (Kind kind : Kind.values()) {
            System.out.printf(" %s |", kind.label());
        }
        System.out.printf("%n|---%s|%n", "|---".repeat(Kind.values().length));
        times.forEach(System.out::println);
        System.out.printf(
                "%nFrom minute %d on, by least squares:%n%n| | mean | change a minute | over the whole time |%n|---|---|---|---|%n",
                first() + 1);
        trend("live heap, MiB", Vitals::heap);
        trend("outside the heap, MiB", Vitals::nonHeap);
        trend("resident, MiB", Vitals::resident);
        trend("direct buffers, MiB", Vitals::direct);
        trend("threads", Vitals::threads);
        trend("files", Vitals::files);
    }

    private void trend(String name, ToDoubleFunction<Vitals> of) {
        List<Double> values = vitals.subList(first(), vitals.size()).stream()
                .mapToDouble(of)
                .boxed()
                .toList();
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        double slope = slope(values, mean);
        System.out.printf("| %s | %.1f | %+.3f | %+.1f |%n", name, mean, slope, slope * (values.size() - 1));
    }

    private static double slope(List<Double> values, double mean) {
        double centre = (values.size() - 1) / 2.0;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < values.size(); i++) {
            products += (i - centre) * (values.get(i) - mean);
            squares += (i - centre) * (i - centre);
        }
        return products / squares;
    }
}
