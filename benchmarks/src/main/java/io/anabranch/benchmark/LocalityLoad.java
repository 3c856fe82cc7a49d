package io.anabranch.benchmark;

import io.anabranch.benchmark.CheckedProbes.Sample;
import io.anabranch.graph.GraphMutation;
import io.anabranch.model.v1.Convolution;
import io.anabranch.standalone.MutationEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A real graph through real processes, with hash tags and without: throughput, what crosses {@code halo}, and freshness at a steady rate. */
@Command(
        name = "locality-load",
        mixinStandardHelpOptions = true,
        description = "Throughput, messages and freshness of a data set's graph, with hash tags and without.")
public final class LocalityLoad implements Runnable {

    private static final int[] WIDTHS = {16, 32, 16};
    private static final int PROBES = 40;
    private static final int PROBES_PER_SECOND = 40;

    @Parameters(description = "Data-set folder")
    private Path data = Path.of("");

    @Option(names = "--local", required = true, description = "Folder for brokers and state; must not exist")
    private Path folder = Path.of("");

    @Option(names = "--burst", defaultValue = "60000", description = "Updates of the burst (default: ${DEFAULT-VALUE})")
    private int burst;

    @Option(names = "--rate", defaultValue = "1500", description = "Updates a second (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(names = "--seconds", defaultValue = "15", description = "At this rate (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings, key=value; anabranch.partitions among them")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new LocalityLoad()).execute(arguments));
    }

    @Override
    public void run() {
        int partitions = Integer.parseInt(settings.getOrDefault("anabranch.partitions", "4"));
        try {
            DirectedGraph graph = DirectedGraph.read(data);
            for (Tags tags : List.of(Tags.NONE, Tags.COMMUNITIES)) {
                String[] ids = tags.ids(graph, partitions, new SplittableRandom(seed));
                System.out.printf("%n%s, tags: %s%n%n", graph.name(), tags.label());
                try (LocalService service = new LocalService(
                                folder.resolve(tags.label()), WIDTHS[0], settings, List.of("-Xmx1500m"));
                        KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(service.bootstrapServers());
                        LogPosition log = new LogPosition(service.bootstrapServers())) {
                    measure(
                            service,
                            producer,
                            log,
                            new UpdateStream(graph, ids, WIDTHS[0], new SplittableRandom(seed)),
                            tags != Tags.NONE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker did not answer.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("The data set %s cannot be read.".formatted(data), e);
        }
    }

    private void measure(
            LocalService service,
            KafkaProducer<byte[], byte[]> producer,
            LogPosition log,
            UpdateStream stream,
            boolean tagged)
            throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(seed);
        ReferenceForward model = new ReferenceForward(
                "bench", Convolution.CONVOLUTION_SAGE_MEAN, WIDTHS[0], WIDTHS[1], WIDTHS[2], random.split());
        EndToEnd.activate(service, model);
        CheckedProbes probes = new CheckedProbes(
                service, model, GraphShape.SKEWED, PROBES, tagged, System.currentTimeMillis(), random.split());
        System.out.println("| phase | events | seconds | events/s | CPU µs an event | records an event |");
        System.out.println("|---|---|---|---|---|---|");
        Phases phases = new Phases(service, producer, log);
        List<byte[]> events = new ArrayList<>();
        stream.bootstrap(mutation -> events.add(bytes(mutation)));
        phases.run("bootstrap", events);
        phases.run("probes", probes.bootstrap());
        Map<String, Long> before = log.bytes();
        events.clear();
        for (GraphMutation mutation : stream.next(burst)) {
            events.add(bytes(mutation));
        }
        phases.run("burst", events);
        Map<String, Long> bytes = new TreeMap<>(log.bytes());
        bytes.replaceAll((topic, end) -> (end - before.getOrDefault(topic, 0L)) / burst);
        System.out.printf("%nBytes an event, burst: %s%n", bytes);
        steady(probes, stream, producer);
        double[] millis =
                probes.samples().stream().mapToDouble(Sample::millis).sorted().toArray();
        System.out.printf(
                "At %,d updates/s: %,d probes, p50 %.0f ms, p99 %.0f ms, greatest %.0f ms; %,d read, %d wrong%n",
                rate,
                millis.length,
                millis[millis.length / 2],
                millis[(int) (0.99 * millis.length)],
                millis[millis.length - 1],
                probes.read(),
                probes.wrong().size());
        if (!probes.wrong().isEmpty()) {
            throw new IllegalStateException(
                    "A probe was wrong: %s.".formatted(probes.wrong().getFirst()));
        }
    }

    private void steady(CheckedProbes probes, UpdateStream stream, KafkaProducer<byte[], byte[]> producer)
            throws InterruptedException {
        Thread reader = Thread.ofPlatform().daemon().start(probes);
        long start = System.nanoTime();
        long sent = 0;
        long probed = 0;
        double now = 0;
        while (now < seconds) {
            now = (System.nanoTime() - start) / 1e9;
            for (; sent < now * rate; sent++) {
                producer.send(new ProducerRecord<>(EndToEnd.EVENTS, bytes(stream.next())));
            }
            for (; probed < now * PROBES_PER_SECOND; probed++) {
                producer.send(new ProducerRecord<>(EndToEnd.EVENTS, probes.next()));
            }
            Thread.sleep(1);
        }
        producer.flush();
        EndToEnd.await(Duration.ofMinutes(1), "the last probe", () -> probes.unseen() == 0 ? 1 : 0);
        probes.stop();
        reader.join();
    }

    private static byte[] bytes(GraphMutation mutation) {
        return MutationEvents.of(mutation).toByteArray();
    }
}
