package io.anabranch.stream;

import io.anabranch.stream.propagation.LiveModels;
import io.anabranch.stream.state.CleanStopStore;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology, a pure function of the configuration.
 *
 * <pre>
 * events ─► ingest ─┬─► updates        (partition of the owner)
 *                   └─► dead-letters
 *
 * updates ┐
 *         ├► partition [state] ─┬─► halo          (partition that it is addressed to)
 * halo ───┘                     ├─► graph         (own partition)
 *                               ├─► embeddings    (own partition)
 *                               └─► dead-letters  (updates that are too late)
 * </pre>
 *
 * The two halves meet at the updates topic alone, so they are two sub-topologies with tasks of their own; a sink of both would make them one,
 * so each has its own to the dead letters. Every name is
 * explicit: a rename is a change of the stored state's place and shows in the golden description.
 */
public final class TopologyFactory {

    static final String EVENTS_SOURCE = "events-source";
    static final String INGEST = "ingest";
    static final String UPDATES_SINK = "updates-sink";
    static final String DEAD_LETTERS_SINK = "dead-letters-sink";
    static final String UPDATES_SOURCE = "updates-source";
    static final String HALO_SOURCE = "halo-source";
    static final String PARTITION = "partition";
    static final String HALO_SINK = "halo-sink";
    static final String GRAPH_SINK = "graph-sink";
    static final String EMBEDDINGS_SINK = "embeddings-sink";
    static final String LATE_LETTERS_SINK = "late-letters-sink";
    static final String STATE_STORE = "partition-state";

    private TopologyFactory() {}

    /** The topic in which Kafka Streams keeps the state of the partitions. */
    public static String changelog(String applicationId) {
        return "%s-%s-changelog".formatted(applicationId, STATE_STORE);
    }

    /**
     * The topology without metrics.
     *
     * @param models asked before each record; must be cheap and safe from any thread
     */
    public static Topology build(StreamConfig config, Supplier<LiveModels> models) {
        return build(config, models, StreamMetrics.none(), Commits.create());
    }

    static Topology build(StreamConfig config, Supplier<LiveModels> models, StreamMetrics metrics, Commits commits) {
        KeyValueBytesStoreSupplier onDisk = Stores.persistentKeyValueStore(STATE_STORE);
        return build(
                config,
                models,
                metrics,
                commits,
                switch (config.streams().guarantee()) {
                    case EXACTLY_ONCE -> onDisk;
                    case AT_LEAST_ONCE -> CleanStopStore.of(onDisk);
                });
    }

    static Topology build(
            StreamConfig config,
            Supplier<LiveModels> models,
            StreamMetrics metrics,
            Commits commits,
            KeyValueBytesStoreSupplier storeSupplier) {
        Topics topics = config.topics();
        Topology topology = new Topology();
        source(topology, EVENTS_SOURCE, topics.events());
        topology.addProcessor(INGEST, () -> new IngestProcessor(config, metrics), EVENTS_SOURCE);
        sink(topology, UPDATES_SINK, topics.updates(), INGEST);
        sink(topology, DEAD_LETTERS_SINK, topics.deadLetters(), INGEST);

        source(topology, UPDATES_SOURCE, topics.updates());
        source(topology, HALO_SOURCE, topics.halo());
        topology.addProcessor(
                PARTITION, () -> new PartitionProcessor(config, models, metrics, commits), UPDATES_SOURCE, HALO_SOURCE);
        topology.addStateStore(state(storeSupplier), PARTITION);
        topology.addStateStore(commits.hook().store(), PARTITION);
        sink(topology, HALO_SINK, topics.halo(), PARTITION);
        sink(topology, GRAPH_SINK, topics.graph(), PARTITION);
        sink(topology, EMBEDDINGS_SINK, topics.embeddings(), PARTITION);
        sink(topology, LATE_LETTERS_SINK, topics.deadLetters(), PARTITION);
        return topology;
    }

    private static void source(Topology topology, String name, String topic) {
        // A record of the oldest format has no timestamp (-1); it must not stop the stream.
        // Never a reset: whoever finds a gap stops, and a new application has been given its positions before.
        topology.addSource(
                AutoOffsetReset.none(),
                name,
                (record, partitionTime) -> Math.max(0, record.timestamp()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer(),
                topic);
    }

    private static void sink(Topology topology, String name, String topic, String parent) {
        topology.addSink(name, topic, Addressed.SERIALIZER, new ByteArraySerializer(), Addressed.PARTITIONER, parent);
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> state(KeyValueBytesStoreSupplier supplier) {
        return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingEnabled(Map.of("max.message.bytes", Integer.toString(StreamConfig.MAX_MESSAGE_BYTES)));
    }
}
