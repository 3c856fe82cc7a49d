package io.anabranch.benchmark;

import io.anabranch.standalone.BrokerOptions;
import io.anabranch.standalone.EmbeddedBroker;
import io.anabranch.standalone.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What Kafka Streams itself costs: the same events, stored as they are and passed on through two topics as in the service (ingest, then a
 * partition with a store), without a graph and without embeddings. Everything in this process.
 */
@Command(
        name = "pass-through",
        mixinStandardHelpOptions = true,
        description = "Kafka Streams with the same records and state, and nothing else.")
public final class PassThrough implements Runnable {

    private static final int PARTITIONS = 4;
    private static final int THREADS = 2;
    private static final String STORE = "state";

    @Option(names = "--local", required = true, description = "Folder for broker and state; must not exist")
    private Path folder = Path.of("");

    @Option(
            names = "--graph",
            defaultValue = "ARXIV",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private GraphShape shape = GraphShape.ARXIV;

    @Option(names = "--seed", defaultValue = "7")
    private long seed;

    private final LongAdder passed = new LongAdder();

    /** Starts the benchmark. */
    public static void main(String[] arguments) {
        Logs.warnings();
        System.exit(new CommandLine(new PassThrough()).execute(arguments));
    }

    @Override
    public void run() {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(new BrokerOptions(folder.resolve("broker"), Ports.free(), Ports.free()))) {
            create(broker.bootstrapServers());
            try (KafkaStreams streams = new KafkaStreams(topology(), properties(broker.bootstrapServers()));
                    KafkaProducer<byte[], byte[]> producer = EndToEnd.producer(broker.bootstrapServers())) {
                streams.start();
                measure(producer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker did not answer.", e);
        }
    }

    private void measure(KafkaProducer<byte[], byte[]> producer) throws InterruptedException {
        Workload workload = new Workload(new SplittableRandom(seed), shape, shape.vertices(), shape.width(0), 0);
        List<byte[]> events = new ArrayList<>(workload.bootstrap(shape.edges()));
        long start = System.nanoTime();
        for (byte[] event : events) {
            producer.send(new ProducerRecord<>("in", event));
        }
        producer.flush();
        EndToEnd.await(Duration.ofMinutes(30), "all events", () -> passed.sum() >= events.size() ? 1 : 0);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("| events | seconds | events/s |%n|---|---|---|%n");
        System.out.printf("| %,d | %.1f | %,.0f |%n", events.size(), seconds, events.size() / seconds);
    }

    private static void create(String bootstrapServers) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(
                            new NewTopic("in", PARTITIONS, (short) 1),
                            new NewTopic("between", PARTITIONS, (short) 1),
                            new NewTopic("out", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private Properties properties(String bootstrapServers) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "pass-through");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state").toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, THREADS);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put("auto.offset.reset", "earliest");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 * 1024);
        return properties;
    }

    private Topology topology() {
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "in");
        topology.addSink("between-sink", "between", new ByteArraySerializer(), new ByteArraySerializer(), "in");
        topology.addSource("between", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "between");
        topology.addProcessor("store", Storing::new, "between");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.Bytes(), Serdes.ByteArray()),
                "store");
        topology.addSink("out", "out", new ByteArraySerializer(), new ByteArraySerializer(), "store");
        return topology;
    }

    private final class Storing implements Processor<byte[], byte[], byte[], byte[]> {

        private @Nullable ProcessorContext<byte[], byte[]> context;
        private @Nullable KeyValueStore<Bytes, byte[]> store;
        private long number;

        @Override
        public void init(ProcessorContext<byte[], byte[]> initial) {
            context = initial;
            store = initial.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            if (context != null && store != null) {
                store.put(Bytes.wrap(Long.toString(number++).getBytes(StandardCharsets.US_ASCII)), record.value());
                context.forward(record);
                passed.increment();
            }
        }
    }
}
