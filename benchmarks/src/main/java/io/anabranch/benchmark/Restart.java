package io.anabranch.benchmark;

import io.anabranch.model.v1.Convolution;
import io.anabranch.v1.NodeEmbedding;
import java.nio.file.Path;
import java.time.Duration;
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
 * How long the stream processor is away: it is stopped in good order, and killed, each time with events on their way, and started again at
 * once on what it left. Measured from its end until it is ready, and until a new event shows in the embeddings of its vertex and of the
 * vertex's neighbour. At the end every embedding is compared with {@link ReferenceForward}. The broker stays.
 */
@Command(
        name = "restart",
        mixinStandardHelpOptions = true,
        description = "Restart after a clean stop and after a kill, with a large graph.")
public final class Restart implements Runnable {

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int ON_THEIR_WAY = 2_000;

    @Option(names = "--local", required = true, description = "Folder for broker and state; must not exist")
    private Path folder = Path.of("");

    @Option(
            names = "--graph",
            defaultValue = "ARXIV",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private GraphShape shape = GraphShape.ARXIV;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--jvm",
            split = " ",
            defaultValue = "-Xmx3g",
            description = "JVM options (default: ${DEFAULT-VALUE})")
    private List<String> jvm = List.of();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new Restart()).execute(arguments));
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
        System.out.printf(
                "| phase | events | seconds | events/s | stream processor, CPU µs an event |%n|---|---|---|---|---|%n");
        Phases phases = new Phases(service, producer, log);
        phases.run(
                "bootstrap (%,d nodes, %,d edges)".formatted(shape.vertices(), shape.edges()),
                workload.bootstrap(shape.edges()));
        phases.run("probe pairs", Probe.pairs(workload, 2));
        System.out.printf("%n| end | ready after s | embeddings move after s |%n|---|---|---|%n");
        again(
                service,
                workload,
                producer,
                0,
                "clean stop",
                () -> service.stream().close());
        log.awaitQuiet();
        again(service, workload, producer, 1, "kill -9", () -> service.stream().kill());
        log.awaitQuiet();
        System.out.println();
        Exactness.compare(service, model.embeddings(workload));
    }

    /** How the process ends. */
    private interface End {
        void end() throws InterruptedException;
    }

    private static void again(
            LocalService service,
            Workload workload,
            KafkaProducer<byte[], byte[]> producer,
            int probe,
            String name,
            End end)
            throws InterruptedException {
        List<String> watched = List.of(Probe.source(probe), Probe.target(probe));
        List<NodeEmbedding> before = service.embeddings(watched);
        for (int i = 0; i < ON_THEIR_WAY; i++) {
            producer.send(new ProducerRecord<>(EndToEnd.EVENTS, workload.next().toByteArray()));
        }
        producer.flush();
        end.end();
        long start = System.nanoTime();
        service.startStream();
        double ready = (System.nanoTime() - start) / 1e9;
        producer.send(new ProducerRecord<>(
                EndToEnd.EVENTS, workload.upsertNode(watched.getFirst()).toByteArray()));
        producer.flush();
        EndToEnd.await(
                PATIENCE, "the embeddings of " + watched, () -> moved(before, service.embeddings(watched)) ? 1 : 0);
        System.out.printf("| %s | %.1f | %.1f |%n", name, ready, (System.nanoTime() - start) / 1e9);
    }

    private static boolean moved(List<NodeEmbedding> before, List<NodeEmbedding> after) {
        boolean all = true;
        for (int i = 0; i < before.size(); i++) {
            all &= !before.get(i).getVectorList().equals(after.get(i).getVectorList());
        }
        return all;
    }
}
