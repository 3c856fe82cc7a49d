package io.anabranch.stream.propagation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** State in memory that commits, and loses what the crash mode says, and hands itself out in any order. */
final class SimulatedState implements PartitionState {
    private record Key(String kind, Object id) {}

    private record Breakpoint(long time) {}

    private record Subscription(String vertexId, int partition) {}

    private record Epoch(long epoch) {}

    private static final String ALL_KINDS = "all";

    private final Random shuffle;
    private final boolean separate;
    private final Map<String, SimulatedStore<Key, Object>> stores = new TreeMap<>();

    SimulatedState(long seed) {
        this(seed, false);
    }

    /** @param separate whether every kind of key has a store of its own */
    SimulatedState(long seed, boolean separate) {
        shuffle = new Random(seed);
        this.separate = separate;
    }

    Collection<SimulatedStore<Key, Object>> stores() {
        return stores.values();
    }

    void commit() {
        stores.values().forEach(SimulatedStore::commit);
    }

    void crash(CrashMode mode, RandomGenerator random) {
        for (var store : stores.values()) {
            switch (mode) {
                case NONE, EXACTLY_ONCE -> store.rollBack();
                case ONE_STORE, SEPARATE_STORES, ZOMBIES -> store.keepPrefix(random);
                case LOCAL_STATE_KEPT -> {
                    if (random.nextBoolean()) {
                        store.keepLonger(random);
                    } else {
                        store.keepPrefix(random);
                    }
                }
            }
        }
    }

    /** Dies with every write kept. */
    void crashKeepingAll() {
        stores.values().forEach(SimulatedStore::keepAll);
    }

    /** The marks that are stored. */
    List<PublishedMark> marks() {
        return stores.values().stream()
                .flatMap(store -> store.live().values().stream())
                .filter(PublishedMark.class::isInstance)
                .map(PublishedMark.class::cast)
                .toList();
    }

    @Override
    public void write(Fact fact) {
        put("fact", fact.key(), fact);
    }

    @Override
    public void forget(FactKey key) {
        put("fact", key, null);
    }

    @Override
    public void putHaloEntry(String vertexId, @Nullable HaloEntry entry) {
        put("halo", vertexId, entry);
    }

    @Override
    public void putSubscriber(String vertexId, int partition, long epoch) {
        put("subscriber", new Subscription(vertexId, partition), new Epoch(epoch));
    }

    @Override
    public void removeSubscriber(String vertexId, int partition) {
        put("subscriber", new Subscription(vertexId, partition), null);
    }

    @Override
    public void putPublished(String vertexId, @Nullable PublishedMark mark) {
        put("published", vertexId, mark);
    }

    @Override
    public void putClock(long offset, long time) {
        put("clock", offset, time == Long.MIN_VALUE ? null : new Breakpoint(time));
    }

    @Override
    public void putMeta(String name, long value) {
        put("meta", name, value);
    }

    private void put(String kind, Object id, @Nullable Object value) {
        stores.computeIfAbsent(separate ? kind : ALL_KINDS, k -> new SimulatedStore<>())
                .put(new Key(kind, id), value);
    }

    @Override
    public void restore(RestoreVisitor visitor) {
        var entries = new ArrayList<Map.Entry<Key, Object>>();
        stores.values().forEach(store -> entries.addAll(store.live().entrySet()));
        Collections.shuffle(entries, shuffle);
        for (var entry : entries) {
            Object id = entry.getKey().id();
            switch (entry.getValue()) {
                case Fact fact -> visitor.fact(fact);
                case HaloEntry halo -> visitor.haloEntry((String) id, halo);
                case Epoch epoch ->
                    visitor.subscriber(((Subscription) id).vertexId(), ((Subscription) id).partition(), epoch.epoch());
                case PublishedMark mark -> visitor.published((String) id, mark);
                case Breakpoint breakpoint -> visitor.clock((Long) id, breakpoint.time());
                case Long number -> visitor.meta((String) id, number);
                default -> throw new AssertionError(entry);
            }
        }
    }
}
