package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.graph.EdgeId;
import io.anabranch.graph.FactJournal;
import io.anabranch.graph.FeatureVector;
import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import io.anabranch.graph.Provenance;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.snapshot.v1.Manifest;
import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import io.anabranch.stream.KafkaAccess;
import io.anabranch.stream.StreamConfig;
import io.anabranch.stream.TopicSetup;
import io.anabranch.stream.Topics;
import io.anabranch.stream.TopologyFactory;
import io.anabranch.stream.snapshot.EventsFrom;
import io.anabranch.stream.snapshot.ImportReport;
import io.anabranch.stream.snapshot.SnapshotExport;
import io.anabranch.stream.snapshot.SnapshotFolder;
import io.anabranch.stream.snapshot.SnapshotImport;
import io.anabranch.stream.snapshot.SnapshotTopics;
import io.anabranch.stream.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A first load: a generated graph becomes a snapshot, the snapshot is imported, and a stream processor in a process of its own takes it in. Then a
 * model comes, and every embedding is compared with {@link DoubleForward}. The broker is in this process.
 */
@Command(
        name = "bulk-import",
        mixinStandardHelpOptions = true,
        description = "Rates of making, importing and taking in a snapshot of a large graph.")
public final class BulkImport implements Runnable {

    private static final String APPLICATION = "anabranch-stream";
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int FEATURES = 8;
    private static final int[] WIDTHS = {FEATURES, 16, 8};

    /** When the model comes. */
    enum ModelTime {
        BEFORE,
        AFTER
    }

    @Option(names = "--local", required = true, description = "Folder for broker, state and snapshot; must not exist")
    private Path folder = Path.of("");

    @Option(
            names = "--scale",
            defaultValue = "20",
            description = "2 to this power vertices (default: ${DEFAULT-VALUE})")
    private int scale;

    @Option(names = "--edges", defaultValue = "10000000", description = "Edges (default: ${DEFAULT-VALUE})")
    private int edges;

    @Option(names = "--model", defaultValue = "AFTER", description = "${COMPLETION-CANDIDATES} the graph")
    private ModelTime modelTime = ModelTime.AFTER;

    @Option(names = "--export", description = "Take a snapshot again at the end")
    private boolean export;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    @Option(names = "-S", description = "Settings of the stream processor, key=value")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--jvm", split = " ", defaultValue = "-Xmx6g", description = "JVM options of the stream processor")
    private List<String> jvm = List.of();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new BulkImport()).execute(arguments));
    }

    @Override
    public void run() {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            measure(broker.bootstrapServers());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (IOException | ExecutionException e) {
            throw new IllegalStateException("The benchmark failed.", e);
        }
    }

    private void measure(String brokers) throws IOException, InterruptedException, ExecutionException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put(StreamConfig.BOOTSTRAP_SERVERS, brokers);
        all.put(StreamConfig.FEATURES_DIMENSION, Integer.toString(FEATURES));
        all.put(StreamConfig.STATE_DIR, folder.resolve("state").toString());
        StreamConfig config = StreamConfig.from(all);
        System.out.printf("| step | seconds | registers/s |%n|---|---|---|%n");

        long start = System.nanoTime();
        Manifest manifest = write(folder.resolve("snapshot"));
        long registers = manifest.getNodes() + manifest.getEdges();
        row(
                "snapshot written (%,d nodes, %,d edges)".formatted(manifest.getNodes(), manifest.getEdges()),
                start,
                registers);

        Map<String, String> client = Map.of("bootstrap.servers", brokers);
        TopicSetup.run(
                new KafkaAccess(brokers, Map.of(), Duration.ofMinutes(1)),
                config.topics(),
                config.partitions(),
                1,
                config.haloRetention(),
                false);
        start = System.nanoTime();
        SnapshotFolder snapshot = SnapshotFolder.open(folder.resolve("snapshot"));
        ImportReport report = new SnapshotImport(client, Duration.ofMinutes(1), topics())
                .run(snapshot, new EventsFrom.Best(), true, count -> {});
        row("imported (%,d records)".formatted(report.records()), start, registers);

        ModelSnapshot model = RandomModel.of(Convolution.CONVOLUTION_SAGE_MEAN, new SplittableRandom(seed), WIDTHS);
        if (modelTime == ModelTime.BEFORE) {
            publish(brokers, model);
        }
        start = System.nanoTime();
        try (StreamProcess stream = StreamProcess.start(all, jvm, Path.of("bulk-import.log"));
                LogPosition log = new LogPosition(brokers);
                Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            row("stream processor started", start, 0);
            long begun = System.nanoTime();
            EndToEnd.await(PATIENCE, "the updates to be read", () -> read(admin, config.partitions()) ? 1 : 0);
            row("registers taken in, %.0f s of CPU".formatted(stream.cpuSeconds()), begun, registers);
            if (modelTime == ModelTime.AFTER) {
                log.awaitQuiet();
                start = System.nanoTime();
                publish(brokers, model);
            }
            EndToEnd.await(PATIENCE, "the first embedding", () -> embeddings(log) > 0 ? 1 : 0);
            row(
                    "embeddings of the model, %.0f s of CPU in all".formatted(stream.cpuSeconds()),
                    modelTime == ModelTime.AFTER ? start : begun,
                    log.awaitQuiet(),
                    0);
            System.out.printf("%nRecords: %s%n", log.records());
            if (export) {
                start = System.nanoTime();
                Manifest again = new SnapshotExport(client, Duration.ofMinutes(1), topics(), Clock.systemUTC())
                        .run(folder.resolve("again"), count -> {});
                System.out.printf(
                        "Exported again: %,d nodes, %,d edges in %.1f s%n",
                        again.getNodes(), again.getEdges(), (System.nanoTime() - start) / 1e9);
            }
        }
        compare(brokers, model, snapshot, config.partitions());
    }

    private static void row(String step, long start, long registers) {
        row(step, start, System.nanoTime(), registers);
    }

    private static void row(String step, long start, long end, long registers) {
        double seconds = (end - start) / 1e9;
        System.out.printf(
                "| %s | %.1f | %s |%n", step, seconds, registers == 0 ? "" : "%,.0f".formatted(registers / seconds));
    }

    private static SnapshotTopics topics() {
        Topics topics = new Topics("anabranch");
        return new SnapshotTopics(
                "anabranch",
                APPLICATION,
                topics.events(),
                topics.updates(),
                topics.models(),
                TopologyFactory.changelog(APPLICATION));
    }

    private Manifest write(Path into) throws IOException {
        SplittableRandom random = new SplittableRandom(seed + 1);
        long time = System.currentTimeMillis() - Duration.ofDays(1).toMillis();
        try (SnapshotWriter writer = SnapshotWriter.create(into)) {
            for (int v = 0; v < 1 << scale; v++) {
                float[] row = new float[FEATURES];
                for (int i = 0; i < FEATURES; i++) {
                    row[i] = (float) random.nextGaussian();
                }
                writer.add(new FactJournal.NodeFact(
                        "v" + v, time, true, "", FeatureVector.dense(row), PartitionGraph.NEVER));
            }
            for (long edge : RecursiveMatrix.edges(scale, edges, seed)) {
                writer.add(new FactJournal.EdgeFact(
                        new EdgeId("v" + (int) edge, "v" + (int) (edge >>> 32), ""),
                        time++,
                        true,
                        1,
                        Provenance.OBSERVED));
            }
            return writer.finish("R-MAT", Instant.now());
        }
    }

    private static void publish(String brokers, ModelSnapshot model) {
        ByteString bytes = model.toByteString();
        try (KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(brokers)) {
            producer.send(new ProducerRecord<>(
                    "anabranch.models",
                    ModelKey.newBuilder()
                            .setChunk(ChunkKey.newBuilder()
                                    .setVersion(model.getVersion())
                                    .setIndex(0))
                            .build()
                            .toByteArray(),
                    ModelChunk.newBuilder().setData(bytes).build().toByteArray()));
            producer.send(new ProducerRecord<>(
                    "anabranch.models",
                    ModelKey.newBuilder()
                            .setManifest(model.getVersion())
                            .build()
                            .toByteArray(),
                    ModelManifest.newBuilder()
                            .setVersion(model.getVersion())
                            .setName(model.getSpec().getName())
                            .setChunks(1)
                            .setBytes(bytes.size())
                            .setSha256(ByteString.copyFrom(
                                    MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray())))
                            .build()
                            .toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** Whether everything in the topic of updates is committed. */
    private static boolean read(Admin admin, int partitions) {
        try {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(APPLICATION)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            for (int p = 0; p < partitions; p++) {
                asked.put(new TopicPartition("anabranch.updates", p), OffsetSpec.latest());
            }
            return admin
                    .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .entrySet()
                    .stream()
                    .allMatch(end -> committed.get(end.getKey()) != null
                            && committed.get(end.getKey()).offset()
                                    >= end.getValue().offset());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("The broker did not answer.", e);
        }
    }

    private static long embeddings(LogPosition log) {
        try {
            return log.records().getOrDefault("embeddings", 0L) > 1_000 ? 1 : 0;
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("The broker did not answer.", e);
        }
    }

    private static void compare(String brokers, ModelSnapshot model, SnapshotFolder snapshot, int partitions)
            throws IOException, InterruptedException {
        PartitionGraph graph = PartitionGraph.open(Ownership.byHash(1, 0), FEATURES, FactJournal.NONE);
        snapshot.registers(facts -> facts.forEach(graph::merge));
        double[][] expected = new DoubleForward(model, graph).embeddings();
        double worst = 0;
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(p -> new TopicPartition("anabranch.embeddings", p))
                .toList();
        float[][] found = new float[expected.length][];
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    EmbeddingKey key = EmbeddingKey.parseFrom(record.key());
                    if (!key.getVertexId().isEmpty() && record.value() != null) {
                        List<Float> vector = EmbeddingRecord.parseFrom(record.value())
                                .getEmbedding()
                                .getVectorList();
                        float[] row = new float[vector.size()];
                        for (int i = 0; i < row.length; i++) {
                            row[i] = vector.get(i);
                        }
                        found[graph.ordinalOf(key.getVertexId())] = row;
                    }
                }
            }
        }
        int compared = 0;
        for (int v = 0; v < expected.length; v++) {
            if (found[v] == null) {
                throw new IllegalStateException("The vertex (%s) has no embedding.".formatted(graph.vertexId(v)));
            }
            double scale = 1;
            for (double value : expected[v]) {
                scale = Math.max(scale, 1 + Math.abs(value));
            }
            for (int i = 0; i < expected[v].length; i++) {
                worst = Math.max(worst, Math.abs(expected[v][i] - found[v][i]) / scale);
            }
            compared++;
        }
        System.out.printf(
                "%,d of %,d embeddings compared, worst relative error %.1e%n", compared, expected.length, worst);
    }
}
