package io.anabranch.stream.propagation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A key-value store, its changelog topic, and the writes that are not known to be in the topic yet. */
final class SimulatedStore<K, V> {
    private record Write<K, V>(K key, @Nullable V value) {}

    private final Map<K, V> live = new LinkedHashMap<>();
    private final Map<K, V> changelog = new LinkedHashMap<>();
    private final List<Write<K, V>> tail = new ArrayList<>();

    void put(K key, @Nullable V value) {
        var write = new Write<>(key, value);
        apply(live, write);
        tail.add(write);
    }

    Map<K, V> live() {
        return live;
    }

    void commit() {
        tail.forEach(write -> apply(changelog, write));
        tail.clear();
    }

    /** Back to the commit. */
    void rollBack() {
        tail.clear();
        restoreFromChangelog();
    }

    /** Some first part of the tail reached the topic, and the local files are lost. */
    void keepPrefix(RandomGenerator random) {
        dropTail(random.nextInt(tail.size() + 1));
    }

    /** As {@link #keepPrefix}, but the local files hold more than the topic, and are used again. */
    void keepLonger(RandomGenerator random) {
        int logged = random.nextInt(tail.size() + 1);
        int local = random.nextInt(logged, tail.size() + 1);
        var ahead = List.copyOf(tail.subList(logged, local));
        dropTail(logged);
        ahead.forEach(write -> apply(live, write));
    }

    /** Everything of the tail reached the topic. */
    void keepAll() {
        commit();
    }

    /** Opened on another machine. */
    void restoreFromChangelog() {
        live.clear();
        live.putAll(changelog);
    }

    private void dropTail(int from) {
        tail.subList(from, tail.size()).clear();
        commit();
        restoreFromChangelog();
    }

    private static <K, V> void apply(Map<K, V> map, Write<K, V> write) {
        if (write.value() == null) {
            map.remove(write.key());
        } else {
            map.put(write.key(), write.value());
        }
    }
}
