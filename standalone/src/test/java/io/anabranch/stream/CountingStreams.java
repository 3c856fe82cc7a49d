package io.anabranch.stream;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * A topology that counts its input in a store and passes each number on, with a {@link CommitHook}, and writes down what
 * happens to it: {@code init}, {@code process}, {@code hook}, {@code close} with the count at that time, and {@code commit}
 * of its producer. Its clients are those of the stream processor.
 */
final class CountingStreams implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COUNT = "count";
    private static final Bytes KEY = Bytes.wrap(new byte[] {1});

    final List<String> lines = new CopyOnWriteArrayList<>();
    /** What happened when something was forwarded from the hook. */
    final List<String> refusals = new CopyOnWriteArrayList<>();

    final AtomicInteger commits = new AtomicInteger();
    final AtomicInteger punctuations = new AtomicInteger();
    final ConfirmedCommits confirmed = new ConfirmedCommits();
    private final AtomicInteger failures;
    private final boolean punctuate;
    private final String bootstrapServers;
    private final String name;
    private final KafkaStreams streams;
    private final KafkaProducer<byte[], byte[]> producer;

    /**
     * Starts on topics of its own.
     *
     * @param failures how many of the first commits of the producer time out
     * @param punctuate whether it has a wall-clock punctuation that does nothing
     * @param poll how long a thread waits for records at most
     */
    CountingStreams(
            String bootstrapServers,
            Path folder,
            String name,
            String guarantee,
            int failures,
            boolean punctuate,
            Duration poll)
            throws ExecutionException, InterruptedException {
        this.bootstrapServers = bootstrapServers;
        this.name = name;
        this.failures = new AtomicInteger(failures);
        this.punctuate = punctuate;
        try (Admin admin = Admin.create(common())) {
            admin.createTopics(List.of(new NewTopic(input(), 1, (short) 1), new NewTopic(output(), 1, (short) 1)))
                    .all()
                    .get();
        }
        producer = new KafkaProducer<>(common(), new ByteArraySerializer(), new ByteArraySerializer());
        Properties properties = new Properties();
        properties.putAll(common());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, folder.resolve(name).toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        // As in the stream processor: a thread that starts again is the member that it was.
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), name);
        properties.put(StreamsConfig.POLL_MS_CONFIG, poll.toMillis());
        confirmed.listenTo(properties);
        streams = new KafkaStreams(topology(), properties, new Clients());
        streams.setUncaughtExceptionHandler(failure -> StreamThreadExceptionResponse.REPLACE_THREAD);
        streams.start();
    }

    String input() {
        return name + "-in";
    }

    private String output() {
        return name + "-out";
    }

    private Map<String, Object> common() {
        return new HashMap<>(Map.of("bootstrap.servers", bootstrapServers));
    }

    private Topology topology() {
        CommitHook hook = new CommitHook();
        Topology topology = new Topology();
        topology.addSource(
                AutoOffsetReset.earliest(), "in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), input());
        topology.addProcessor("counting", () -> new Counting(hook), "in");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(COUNT), Serdes.Bytes(), Serdes.ByteArray()),
                "counting");
        topology.addStateStore(hook.store(), "counting");
        topology.addSink("out", output(), new ByteArraySerializer(), new ByteArraySerializer(), "counting");
        return topology;
    }

    void send(int records) throws ExecutionException, InterruptedException {
        for (int i = 0; i < records; i++) {
            producer.send(new ProducerRecord<>(input(), new byte[] {1}, new byte[] {1}))
                    .get();
        }
    }

    /** The committed output, once there are this many records or patience is out; and what follows within 300 ms. */
    List<String> committed(int atLeast) {
        Map<String, Object> settings = common();
        settings.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition out = new TopicPartition(output(), 0);
            consumer.assign(List.of(out));
            consumer.seekToBeginning(List.of(out));
            List<String> values = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (values.size() < atLeast && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(text(record.value())));
            }
            consumer.poll(Duration.ofMillis(300)).forEach(record -> values.add(text(record.value())));
            return values;
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        streams.close(Duration.ofSeconds(20));
        producer.close();
    }

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init first
    private final class Counting implements Processor<byte[], byte[], byte[], byte[]> {

        private final CommitHook hook;
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<Bytes, byte[]> store;
        private CommitHook.Handle handle;

        private Counting(CommitHook hook) {
            this.hook = hook;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> initial) {
            context = initial;
            store = context.getStateStore(COUNT);
            handle = hook.attach(context, this::beforeCommit);
            lines.add("init " + count());
            if (punctuate) {
                context.schedule(
                        Duration.ofMillis(100),
                        PunctuationType.WALL_CLOCK_TIME,
                        time -> punctuations.incrementAndGet());
            }
        }

        private int count() {
            byte[] stored = store.get(KEY);
            return stored == null ? 0 : Integer.parseInt(text(stored));
        }

        private void beforeCommit() {
            lines.add("hook " + count());
            try {
                context.forward(new Record<>(new byte[0], new byte[0], 0));
                refusals.add("none");
            } catch (StreamsException e) {
                refusals.add(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            byte[] next = Integer.toString(count() + 1).getBytes(StandardCharsets.UTF_8);
            store.put(KEY, next);
            lines.add("process " + text(next));
            context.forward(record.withValue(next));
            handle.arm();
        }

        @Override
        public void close() {
            lines.add("close");
            handle.detach();
        }
    }

    /** Ours, with a producer that writes down its commits and lets the first of them fail. */
    private final class Clients extends StreamClients {
        @Override
        Producer<byte[], byte[]> producer(Map<String, Object> settings, Doubts noted) {
            return new DoubtingProducer(settings, noted) {
                @Override
                void commit() {
                    lines.add("commit");
                    commits.incrementAndGet();
                    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new TimeoutException("The commit was made to fail.");
                    }
                    super.commit();
                }
            };
        }
    }
}
