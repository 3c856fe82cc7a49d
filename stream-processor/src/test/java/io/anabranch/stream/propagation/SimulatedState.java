package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** State in memory that commits, and loses what the crash mode says, and hands itself out in any order. */
final class SimulatedState implements PartitionState {
    private record Key(String kind, Object id) {}

    private record Breakpoint(long time) {}

    private record OfVersion(long version, String vertexId) {}

    private record Subscription(String vertexId, int partition) {}

    private record Epoch(long epoch) {}

    private static final String ALL_KINDS = "all";

    private final Random shuffle;
    private final boolean separate;
    private final Set<Fault> faults;
    private final List<EdgeFact> buried = new ArrayList<>();
    private final Map<String, SimulatedStore<Key, Object>> stores = new TreeMap<>();

    SimulatedState(long seed) {
        this(seed, false, Set.of());
    }

    /**
     * @param separate whether every kind of key has a store of its own
     * @param faults of which those count that concern what is stored
     */
    SimulatedState(long seed, boolean separate, Set<Fault> faults) {
        this.faults = faults;
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

    /** Dies with every write since the commit lost. */
    void crashLosingAll() {
        stores.values().forEach(SimulatedStore::rollBack);
    }

    /** Edges that were buried since the last call, as they were when they lived. */
    List<EdgeFact> takeBuried() {
        var taken = List.copyOf(buried);
        buried.clear();
        return taken;
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
    public void write(Fact fact, boolean shows) {
        var edge = buriedBy(fact);
        if (edge == null) {
            put("fact", fact.key(), fact);
            return;
        }
        buried.add(edge);
        boolean expires = edge.expiry() != GraphMutation.NEVER_EXPIRES;
        if (faults.contains(Fault.BURIALS_NOT_STORED)) {
            return;
        }
        put("fact", fact.key(), expires && faults.contains(Fault.EXPIRED_EDGES_FORGOTTEN) ? null : fact);
    }

    /** The live edge that becomes a tombstone of the same time, if the fact is one. */
    private @Nullable EdgeFact buriedBy(Fact fact) {
        return fact instanceof EdgeFact tombstone
                        && !tombstone.live()
                        && store("fact").live().get(new Key("fact", fact.key())) instanceof EdgeFact edge
                        && edge.live()
                        && edge.time() == tombstone.time()
                ? edge
                : null;
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
    public void putHistory(long modelVersion, String vertexId, @Nullable HistoryCheckpoint checkpoint) {
        put("history", new OfVersion(modelVersion, vertexId), checkpoint);
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
        store(kind).put(new Key(kind, id), value);
    }

    private SimulatedStore<Key, Object> store(String kind) {
        return stores.computeIfAbsent(separate ? kind : ALL_KINDS, k -> new SimulatedStore<>());
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
                case HistoryCheckpoint checkpoint ->
                    visitor.history(((OfVersion) id).version(), ((OfVersion) id).vertexId(), checkpoint);
                case Breakpoint breakpoint -> visitor.clock((Long) id, breakpoint.time());
                case Long number -> visitor.meta((String) id, number);
                default -> throw new AssertionError(entry);
            }
        }
    }
}
