package io.anabranch.stream.propagation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** State in memory that commits and rolls back, and hands itself out in any order. */
final class SimulatedState implements PartitionState {
    private record Key(String kind, Object id) {}

    private record Breakpoint(long time) {}

    private record Subscription(String vertexId, int partition) {}

    private final Random shuffle;
    private Map<Key, Object> committed = new LinkedHashMap<>();
    private Map<Key, Object> live = new LinkedHashMap<>();

    SimulatedState(long seed) {
        shuffle = new Random(seed);
    }

    void commit() {
        committed = new LinkedHashMap<>(live);
    }

    void rollBack() {
        live = new LinkedHashMap<>(committed);
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
    public void putSubscriber(String vertexId, int partition, boolean subscribed) {
        put("subscriber", new Subscription(vertexId, partition), subscribed ? true : null);
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
        if (value == null) {
            live.remove(new Key(kind, id));
        } else {
            live.put(new Key(kind, id), value);
        }
    }

    @Override
    public void restore(RestoreVisitor visitor) {
        var entries = new ArrayList<>(live.entrySet());
        Collections.shuffle(entries, shuffle);
        for (var entry : entries) {
            Object id = entry.getKey().id();
            switch (entry.getValue()) {
                case Fact fact -> visitor.fact(fact);
                case HaloEntry halo -> visitor.haloEntry((String) id, halo);
                case Boolean subscribed ->
                    visitor.subscriber(((Subscription) id).vertexId(), ((Subscription) id).partition());
                case PublishedMark mark -> visitor.published((String) id, mark);
                case Breakpoint breakpoint -> visitor.clock((Long) id, breakpoint.time());
                case Long number -> visitor.meta((String) id, number);
                default -> throw new AssertionError(entry);
            }
        }
    }
}
