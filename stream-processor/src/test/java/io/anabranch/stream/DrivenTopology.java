package io.anabranch.stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.EdgeDelete;
import io.anabranch.event.v1.EdgeUpsert;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.NodeUpsert;
import io.anabranch.stream.propagation.LiveModels;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The whole topology with one partition, without a broker: events in, every output topic out. */
final class DrivenTopology implements AutoCloseable {

    static final Instant START = Instant.ofEpochMilli(1_000_000);

    final StreamConfig config;
    final AtomicReference<LiveModels> models;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> events;
    private final TestInputTopic<byte[], byte[]> halo;
    private final TestInputTopic<byte[], byte[]> updates;
    private final Map<Bytes, byte[]> changelog;
    private long clock = START.toEpochMilli();

    private DrivenTopology(StreamConfig config, LiveModels models, Map<Bytes, byte[]> before) {
        this.config = config;
        this.models = new AtomicReference<>(models);
        this.changelog = new LinkedHashMap<>(before);
        Commits commits = Commits.create();
        Topology topology = TopologyFactory.build(
                config,
                this.models::get,
                StreamMetrics.none(),
                commits,
                before.isEmpty()
                        ? Stores.persistentKeyValueStore(TopologyFactory.STATE_STORE)
                        : new PreloadedStore(before));
        driver = new TopologyTestDriver(topology, StreamsProperties.of(config, commits), START);
        events =
                driver.createInputTopic(config.topics().events(), new ByteArraySerializer(), new ByteArraySerializer());
        updates = driver.createInputTopic(
                config.topics().updates(), new ByteArraySerializer(), new ByteArraySerializer());
        halo = driver.createInputTopic(config.topics().halo(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static DrivenTopology start(Path stateDir, LiveModels models, String... keysAndValues) {
        Map<String, String> values = new HashMap<>(Map.of(
                StreamConfig.FEATURES_DIMENSION, "2",
                StreamConfig.PARTITIONS, "1",
                StreamConfig.ASSERTION_MODE, "FULL",
                StreamConfig.STATE_DIR, stateDir.toString()));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new DrivenTopology(StreamConfig.from(values), models, Map.of());
    }

    /** Stops, and starts anew with what the changelog says and nothing else. */
    DrivenTopology restart() {
        Map<Bytes, byte[]> said = changelog();
        close();
        return new DrivenTopology(config, Objects.requireNonNull(models.get()), said);
    }

    Map<Bytes, byte[]> changelog() {
        String topic = config.streams().applicationId() + "-" + TopologyFactory.STATE_STORE + "-changelog";
        for (TestRecord<byte[], byte[]> record : drain(topic)) {
            if (record.value() == null) {
                changelog.remove(Bytes.wrap(record.key()));
            } else {
                changelog.put(Bytes.wrap(record.key()), record.value());
            }
        }
        return Map.copyOf(changelog);
    }

    void event(GraphEvent.Builder event) {
        raw(null, event.build().toByteArray());
    }

    void raw(byte @Nullable [] key, byte @Nullable [] value) {
        clock++;
        events.pipeInput(new TestRecord<>(key, value, Instant.ofEpochMilli(clock)));
    }

    /** A record that ingest has not written. */
    void update(byte[] value) {
        clock++;
        updates.pipeInput(new TestRecord<>(null, value, Instant.ofEpochMilli(clock)));
    }

    long now() {
        return clock;
    }

    /** The models were changed: what {@link PartitionWaker} does. */
    void wakeUp() {
        halo.pipeInput(new TestRecord<>(null, null, Instant.ofEpochMilli(clock)));
        flush();
    }

    /** Lets the latency target pass. */
    void flush() {
        driver.advanceWallClockTime(config.propagation().latencyTarget());
    }

    void wait(Duration time) {
        driver.advanceWallClockTime(time);
    }

    List<TestRecord<byte[], byte[]>> drain(String topic) {
        TestOutputTopic<byte[], byte[]> output =
                driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        return output.isEmpty() ? List.of() : output.readRecordsToList();
    }

    /** New records of the embeddings topic, each as "version/vertex" or "version/partition p" and its content. */
    List<String> embeddings() {
        List<String> lines = new ArrayList<>();
        for (TestRecord<byte[], byte[]> record : drain(config.topics().embeddings())) {
            EmbeddingKey key = parse(() -> EmbeddingKey.parseFrom(record.key()));
            if (key.hasProgressPartition()) {
                continue;
            }
            String subject = key.hasVertexId() ? key.getVertexId() : "partition " + key.getPartition();
            lines.add(key.getModelVersion() + "/" + subject + " " + content(record.value()));
        }
        return lines;
    }

    private static String content(byte @Nullable [] value) {
        if (value == null) {
            return "gone";
        }
        EmbeddingRecord record = parse(() -> EmbeddingRecord.parseFrom(value));
        return record.hasCoverage()
                ? "covered of " + record.getCoverage().getPartitions()
                : record.getEmbedding().getVectorList().toString();
    }

    /** The current embeddings after folding the new records into those that were there. */
    static Map<String, String> fold(Map<String, String> before, List<String> lines) {
        Map<String, String> folded = new TreeMap<>(before);
        for (String line : lines) {
            String[] parts = line.split(" ", 2);
            if (parts[1].equals("gone")) {
                folded.remove(parts[0]);
            } else if (!parts[1].contains("covered")) {
                folded.put(parts[0], parts[1]);
            }
        }
        return folded;
    }

    interface Parser<T> {
        T parse() throws InvalidProtocolBufferException;
    }

    static <T> T parse(Parser<T> parser) {
        try {
            return Objects.requireNonNull(parser.parse());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static GraphEvent.Builder node(String id, long time, float... features) {
        NodeUpsert.Builder node = NodeUpsert.newBuilder().setId(id);
        if (features.length > 0) {
            DenseFeatures.Builder row = DenseFeatures.newBuilder();
            for (float feature : features) {
                row.addValues(feature);
            }
            node.setFeatures(Features.newBuilder().setDense(row));
        }
        return GraphEvent.newBuilder().setEventTimeMs(time).setNodeUpsert(node);
    }

    static GraphEvent.Builder edge(String source, String target, float weight, long time) {
        return GraphEvent.newBuilder()
                .setEventTimeMs(time)
                .setEdgeUpsert(EdgeUpsert.newBuilder()
                        .setSource(source)
                        .setTarget(target)
                        .setWeight(weight));
    }

    static GraphEvent.Builder noEdge(String source, String target, long time) {
        return GraphEvent.newBuilder()
                .setEventTimeMs(time)
                .setEdgeDelete(EdgeDelete.newBuilder().setSource(source).setTarget(target));
    }

    static GraphEvent.Builder noNode(String id, long time) {
        return GraphEvent.newBuilder()
                .setEventTimeMs(time)
                .setNodeDelete(NodeDelete.newBuilder().setId(id));
    }

    @Override
    public void close() {
        driver.close();
    }
}
