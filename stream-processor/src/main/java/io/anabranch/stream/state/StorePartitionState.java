package io.anabranch.stream.state;

import io.anabranch.graph.FactJournal.Fact;
import io.anabranch.stream.propagation.HaloEntry;
import io.anabranch.stream.propagation.HistoryCheckpoint;
import io.anabranch.stream.propagation.PartitionState;
import io.anabranch.stream.propagation.PublishedMark;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The state of a partition in one Kafka Streams store. Every write goes through at once; under exactly-once processing the
 * store, the outputs and the input position commit or roll back together, so nothing here is ever half done.
 *
 * <p>Nothing is read back before the next life, since the graph in memory holds the same, but for labels: what they say is here alone,
 * so that only here it shows that a write changes nothing.
 *
 * <p>One writer: the stream task.
 */
public final class StorePartitionState implements PartitionState {

    /** Told of each fact whose record on the graph topic must change. */
    @FunctionalInterface
    public interface LiveFacts {
        void changed(Fact fact);
    }

    private final KeyValueStore<Bytes, byte[]> store;
    private final LiveFacts liveFacts;
    private final StateKeys keys = new StateKeys();
    private final StateValues values = new StateValues();
    private final Map<String, Long> numbers = new HashMap<>();

    public StorePartitionState(KeyValueStore<Bytes, byte[]> store, LiveFacts liveFacts) {
        this.store = store;
        this.liveFacts = liveFacts;
    }

    @Override
    public void write(Fact fact, boolean shows) {
        Bytes key = Bytes.wrap(keys.of(fact.key()));
        byte[] value = values.of(fact);
        if (fact instanceof LabelFact && Arrays.equals(store.get(key), value)) {
            return;
        }
        store.put(key, value);
        if (shows) {
            liveFacts.changed(fact);
        }
    }

    @Override
    public void forget(FactKey key) {
        put(keys.of(key), null);
    }

    /**
     * Tells of every register, those that are not live among them. For a life that cannot know what the one before has said: where
     * store and graph topic do not commit together, a register may be stored whose record was lost, and a second write changes nothing.
     */
    public void tellAll() {
        for (char kind : StateKeys.TOLD) {
            try (KeyValueIterator<Bytes, byte[]> entries =
                    store.range(StateKeys.first(kind), StateKeys.first((char) (kind + 1)))) {
                while (entries.hasNext()) {
                    KeyValue<Bytes, byte[]> entry = entries.next();
                    liveFacts.changed(StoredEntry.fact(entry.key.get(), entry.value));
                }
            }
        }
    }

    @Override
    public void putHaloEntry(String vertexId, @Nullable HaloEntry entry) {
        put(keys.of(StateKeys.HALO, vertexId), entry == null ? null : values.of(entry));
    }

    @Override
    public void putSubscriber(String vertexId, int partition, long epoch) {
        put(keys.subscriber(vertexId, partition), values.number(epoch));
    }

    @Override
    public void removeSubscriber(String vertexId, int partition) {
        put(keys.subscriber(vertexId, partition), null);
    }

    @Override
    public void putPublished(String vertexId, @Nullable PublishedMark mark) {
        put(keys.of(StateKeys.PUBLISHED, vertexId), mark == null ? null : values.of(mark));
    }

    @Override
    public void putHistory(long modelVersion, String vertexId, @Nullable HistoryCheckpoint checkpoint) {
        put(keys.history(modelVersion, vertexId), checkpoint == null ? null : values.of(checkpoint));
    }

    @Override
    public void putClock(long offset, long time) {
        put(keys.clock(offset), time == Long.MIN_VALUE ? null : values.number(time));
    }

    @Override
    public void putMeta(String name, long value) {
        numbers.put(name, value);
        put(keys.of(StateKeys.META, name), values.number(value));
    }

    /** What was last put or restored under this name; 0 if nothing was. */
    public long meta(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    // The store takes null as "delete"; its signature does not say so.
    @SuppressWarnings("NullAway")
    private void put(byte[] key, byte @Nullable [] value) {
        store.put(Bytes.wrap(key), value);
    }

    @Override
    public void restore(RestoreVisitor visitor) {
        try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                if (StoredEntry.kind(entry.key.get()) == StateKeys.META) {
                    numbers.put(StoredEntry.name(entry.key.get()), StateValues.number(entry.value));
                }
                StoredEntry.visit(entry.key.get(), entry.value, visitor);
            }
        }
    }
}
