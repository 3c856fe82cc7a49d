package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ModelState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Load from outside on a running, empty instance: events go straight to Kafka, answers are read over gRPC.
 *
 * <p>Phases: import a model with random weights; bootstrap the graph; a burst as fast as the producer can (sustained rate = events / time until the
 * last embedding is out); a steady rate with probes (freshness: new features of a probe vertex acknowledged by Kafka → its own changed
 * embedding, and that of its one out-neighbour, which mostly lies in another partition, returned by {@code GetEmbeddings}); at the end every vertex's embedding is compared with {@link ReferenceForward}.
 */
@Command(
        name = "end-to-end",
        mixinStandardHelpOptions = true,
        description = "Throughput, freshness and exactness of a running, empty instance.")
public final class EndToEnd implements Runnable {

    static final String EVENTS = "anabranch.events";
    private static final int PROBES_PER_SECOND = 40;

    @Option(
            names = "--local",
            description =
                    "Folder of an instance of its own: broker and model service in this process, the stream processor in another")
    private @Nullable Path local;

    @Option(
            names = "--server",
            defaultValue = "localhost:9090",
            description = "gRPC address of a running instance (default: ${DEFAULT-VALUE})")
    private String server = "";

    @Option(
            names = "--bootstrap",
            defaultValue = "localhost:9092",
            description = "Its Kafka address (default: ${DEFAULT-VALUE})")
    private String bootstrap = "";

    @Option(
            names = "--graph",
            defaultValue = "SKEWED",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private GraphShape shape = GraphShape.SKEWED;

    @Option(names = "--burst", defaultValue = "200000", description = "Events of the burst (default: ${DEFAULT-VALUE})")
    private int burst;

    @Option(
            names = "--rate",
            defaultValue = "2500",
            description = "Events per second of the steady phase (default: ${DEFAULT-VALUE})")
    private int rate;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "Length of the steady phase (default: ${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--convolution", defaultValue = "CONVOLUTION_SAGE_MEAN")
    private Convolution convolution = Convolution.CONVOLUTION_SAGE_MEAN;

    @Option(
            names = "--history",
            defaultValue = "0",
            description =
                    "Units of a reversible GRU that reads what vertices did; 0: none does. The instance must keep histories (default: ${DEFAULT-VALUE})")
    private int history;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings of the --local instance, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            split = " ",
            defaultValue = "-Xmx3g",
            description = "JVM options of the --local stream processor (default: ${DEFAULT-VALUE})")
    private List<String> jvm = List.of();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new EndToEnd()).execute(arguments));
    }

    @Override
    public void run() {
        try (Service service = local == null
                        ? new RemoteService(server, bootstrap)
                        : new LocalService(local, shape.width(0), settings, jvm);
                KafkaProducer<byte[], byte[]> producer = producer(service.bootstrapServers());
                LogPosition log = new LogPosition(service.bootstrapServers())) {
            measure(service, producer, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker at %s did not answer.".formatted(bootstrap), e);
        }
    }

    private void measure(Service service, KafkaProducer<byte[], byte[]> producer, LogPosition log)
            throws InterruptedException, ExecutionException {
        GetStatusResponse status = service.status();
        if (status.getVertices() != 0) {
            throw new IllegalStateException(
                    "The instance has %d vertices; this benchmark wants an empty one.".formatted(status.getVertices()));
        }
        int dimension = status.getFeatureDimension();
        SplittableRandom random = new SplittableRandom(seed);
        Workload workload = new Workload(
                random.split(),
                shape,
                shape.vertices(),
                dimension,
                System.currentTimeMillis() - Duration.ofDays(1).toMillis());
        ReferenceForward model = new ReferenceForward(
                "bench", convolution, dimension, history, shape.width(1), shape.width(2), random.split());
        activate(service, model);

        print(
                "| phase | events | seconds | events/s | stream processor, CPU µs an event | records an event |%n|---|---|---|---|---|---|%n");
        Phases phases = new Phases(service, producer, log);
        phases.run(
                "bootstrap (%,d nodes, %,d edges)".formatted(shape.vertices(), shape.edges()),
                workload.bootstrap(shape.edges()));
        List<byte[]> events = new ArrayList<>(burst);
        for (int i = 0; i < burst; i++) {
            events.add(workload.next().toByteArray());
        }
        phases.run("burst: 45 % edge upserts, 35 % edge deletes, 18 % features, 2 % node deletes", events);
        int pairs = seconds * PROBES_PER_SECOND;
        phases.run("probe pairs", Probe.pairs(workload, pairs));
        Probes probes = new Probes(service, pairs);
        double cpu = service.streamCpuSeconds();
        steady(probes, workload, producer);
        log.awaitQuiet();
        print(
                "%nFreshness at %,d events/s for %d s (%.0f µs of the stream processor's CPU an event), event acknowledged → embedding readable:%n%n",
                rate, seconds, (service.streamCpuSeconds() - cpu) * 1e6 / Math.max(1, (long) rate * seconds));
        print("| | probes | p50 ms | p90 ms | p99 ms | max ms |%n|---|---|---|---|---|---|%n");
        row("the vertex itself", probes.own());
        row("its out-neighbour", probes.neighbor());
        print("%n");
        Exactness.compare(service, model.embeddings(workload));
        GetStatusResponse after = service.status();
        print(
                "Final graph: %,d edges here, %,d in the replica; dead letters: %d%n",
                workload.edgeCount(), after.getEdges(), after.getDeadLetters());
    }

    static void activate(Service service, ReferenceForward model) throws InterruptedException {
        service.importModel(ImportModelRequest.newBuilder()
                .setSpec(model.spec())
                .setSafetensors(ByteString.copyFrom(model.safetensors()))
                .build());
        await(
                Duration.ofMinutes(1),
                "the imported model to be active",
                () -> service.models(model.spec().getName()).stream()
                                .anyMatch(m -> m.getState() == ModelState.MODEL_STATE_ACTIVE)
                        ? 1
                        : 0);
    }

    private void steady(Probes probes, Workload workload, KafkaProducer<byte[], byte[]> producer)
            throws InterruptedException {
        Thread reader = Thread.ofPlatform().start(probes);
        long start = System.nanoTime();
        long sent = 0;
        int probe = 0;
        while (sent < (long) rate * seconds) {
            long due = (System.nanoTime() - start) * rate / 1_000_000_000L;
            for (; sent < due; sent++) {
                if (sent * PROBES_PER_SECOND / rate >= probe && probe < probes.count()) {
                    int number = probe++;
                    GraphEvent event = workload.upsertNode(Probe.source(number));
                    producer.send(new ProducerRecord<>(EVENTS, event.toByteArray()), (metadata, failure) -> {
                        if (failure == null) {
                            probes.acknowledged(number, System.nanoTime());
                        }
                    });
                } else {
                    producer.send(new ProducerRecord<>(EVENTS, workload.next().toByteArray()));
                }
            }
            Thread.sleep(1);
        }
        producer.flush();
        reader.join();
    }

    private static void row(String name, double[] sorted) {
        print(
                "| %s | %,d | %.0f | %.0f | %.0f | %.0f |%n",
                name, sorted.length, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), at(sorted, 1));
    }

    static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static void await(Duration limit, String what, LongSupplier reached) throws InterruptedException {
        Instant deadline = Instant.now().plus(limit);
        while (reached.getAsLong() == 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException("Waited %s in vain for %s.".formatted(limit, what));
            }
            Thread.sleep(50);
        }
    }

    private static double at(double[] sorted, double quantile) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    }

    private static void print(String format, Object... arguments) {
        System.out.printf(format, arguments);
    }
}
