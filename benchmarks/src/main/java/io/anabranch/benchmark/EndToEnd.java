package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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

    private static final String EVENTS = "anabranch.events";
    private static final int BATCH = 1_000;
    private static final int PROBES_PER_SECOND = 40;

    @Option(
            names = "--server",
            defaultValue = "localhost:9090",
            description = "gRPC address (default: ${DEFAULT-VALUE})")
    private String server = "";

    @Option(
            names = "--bootstrap",
            defaultValue = "localhost:9092",
            description = "Kafka address (default: ${DEFAULT-VALUE})")
    private String bootstrap = "";

    @Option(names = "--nodes", defaultValue = "20000")
    private int nodes;

    @Option(names = "--edges", defaultValue = "100000")
    private int edges;

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

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new EndToEnd()).execute(arguments));
    }

    @Override
    public void run() {
        ManagedChannel channel = ManagedChannelBuilder.forTarget(server)
                .usePlaintext()
                .maxInboundMessageSize(1 << 26)
                .build();
        try (KafkaProducer<byte[], byte[]> producer = producer();
                LogPosition log = new LogPosition(bootstrap)) {
            measure(channel, producer, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker at %s did not answer.".formatted(bootstrap), e);
        } finally {
            channel.shutdownNow();
        }
    }

    private void measure(ManagedChannel channel, KafkaProducer<byte[], byte[]> producer, LogPosition log)
            throws InterruptedException, ExecutionException {
        GetStatusResponse status =
                StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
        if (status.getVertices() != 0) {
            throw new IllegalStateException("The instance at %s has %d vertices; this benchmark wants an empty one."
                    .formatted(server, status.getVertices()));
        }
        int dimension = status.getFeatureDimension();
        SplittableRandom random = new SplittableRandom(seed);
        Workload workload = new Workload(
                random.split(),
                nodes,
                dimension,
                System.currentTimeMillis() - Duration.ofDays(1).toMillis());
        ReferenceForward model = new ReferenceForward("bench", convolution, dimension, 32, 16, random.split());
        activate(channel, model);

        print("| phase | events | seconds | events/s |%n|---|---|---|---|%n");
        phase("bootstrap (%,d nodes, %,d edges)".formatted(nodes, edges), workload.bootstrap(edges), producer, log);
        List<GraphEvent> events = new ArrayList<>(burst);
        for (int i = 0; i < burst; i++) {
            events.add(workload.next());
        }
        phase("burst: 45 % edge upserts, 35 % edge deletes, 18 % features, 2 % node deletes", events, producer, log);
        int pairs = seconds * PROBES_PER_SECOND;
        phase("probe pairs", Probe.pairs(workload, pairs), producer, log);
        Probes probes = new Probes(channel, pairs);
        steady(probes, workload, producer);
        log.awaitQuiet();
        print(
                "%nFreshness at %,d events/s for %d s, event acknowledged → embedding readable over gRPC:%n%n",
                rate, seconds);
        print("| | probes | p50 ms | p90 ms | p99 ms | max ms |%n|---|---|---|---|---|---|%n");
        row("the vertex itself", probes.own());
        row("its out-neighbour", probes.neighbor());
        print("%n");
        compare(channel, model.embeddings(workload));
        GetStatusResponse after =
                StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
        print(
                "Final graph: %,d edges here, %,d in the replica; dead letters: %d%n",
                workload.edgeCount(), after.getEdges(), after.getDeadLetters());
    }

    private void activate(ManagedChannel channel, ReferenceForward model) throws InterruptedException {
        ModelServiceGrpc.ModelServiceBlockingStub models = ModelServiceGrpc.newBlockingStub(channel);
        models.importModel(ImportModelRequest.newBuilder()
                .setSpec(model.spec())
                .setSafetensors(ByteString.copyFrom(model.safetensors()))
                .build());
        await(
                Duration.ofMinutes(1),
                "the imported model to be active",
                () -> models
                                .listModels(ListModelsRequest.newBuilder()
                                        .setName(model.spec().getName())
                                        .build())
                                .getModelsList()
                                .stream()
                                .anyMatch(m -> m.getState() == ModelState.MODEL_STATE_ACTIVE)
                        ? 1
                        : 0);
    }

    private void phase(String name, List<GraphEvent> events, KafkaProducer<byte[], byte[]> producer, LogPosition log)
            throws InterruptedException, ExecutionException {
        List<byte[]> records = events.stream().map(GraphEvent::toByteArray).toList();
        long start = System.nanoTime();
        for (byte[] record : records) {
            producer.send(new ProducerRecord<>(EVENTS, record));
        }
        producer.flush();
        double elapsed = (log.awaitQuiet() - start) / 1e9;
        print("| %s | %,d | %.1f | %,.0f |%n", name, events.size(), elapsed, events.size() / elapsed);
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

    private static void compare(ManagedChannel channel, Map<String, double[]> expected) {
        PredictionServiceGrpc.PredictionServiceBlockingStub predictions =
                PredictionServiceGrpc.newBlockingStub(channel);
        List<String> ids = List.copyOf(expected.keySet());
        double worst = 0;
        int compared = 0;
        for (int from = 0; from < ids.size(); from += BATCH) {
            GetEmbeddingsRequest request = GetEmbeddingsRequest.newBuilder()
                    .setModel(ModelSelector.newBuilder().setName("bench"))
                    .addAllNodeIds(ids.subList(from, Math.min(ids.size(), from + BATCH)))
                    .build();
            for (NodeEmbedding served : predictions.getEmbeddings(request).getEmbeddingsList()) {
                double[] row = Objects.requireNonNull(expected.get(served.getNodeId()));
                double scale = 1 + Arrays.stream(row).map(Math::abs).max().orElse(0);
                for (int j = 0; j < row.length; j++) {
                    worst = Math.max(worst, Math.abs(row[j] - served.getVector(j)) / scale);
                }
                compared++;
            }
        }
        print(
                "Exactness: %,d of %,d embeddings compared with a double-precision forward pass on the final graph, worst relative error %.1e%n",
                compared, expected.size(), worst);
        if (worst > 1e-5 || compared != expected.size()) {
            throw new IllegalStateException("The embeddings are not exact.");
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Properties properties = new Properties();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
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
