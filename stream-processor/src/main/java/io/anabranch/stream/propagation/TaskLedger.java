package io.anabranch.stream.propagation;

import java.util.Set;
import java.util.TreeMap;

/** The numbers that a task must find again: its epochs, whether a batch was deferred, and which versions were emitted. */
final class TaskLedger {
    /** How far the embeddings of a version were emitted by any life. */
    enum Emission {
        NEVER,
        WHOLLY,
        /** Once, but batches have run since without this version. */
        LAPSED,
        /** The version is retired, and all its tombstones are out. */
        WITHDRAWN
    }

    private static final String PENDING = "pending";
    private static final String EMITTED = "emitted.";
    static final String CLOCK = "clock.";
    private static final String PROGRESS_LEVEL = "progress.level";

    private final PartitionState state;
    private final TreeMap<String, Long> numbers = new TreeMap<>();

    TaskLedger(PartitionState state) {
        this.state = state;
    }

    void restore(String name, long value) {
        numbers.put(name, value);
    }

    boolean pending() {
        return get(PENDING) != 0;
    }

    /** Says to a next life whether records were taken in whose batch has not run. */
    void pending(boolean pending) {
        if (pending != pending()) {
            put(PENDING, pending ? 1 : 0);
        }
    }

    Emission emission(long modelVersion) {
        return Emission.values()[(int) get(EMITTED + modelVersion)];
    }

    void emission(long modelVersion, Emission emission) {
        if (emission != emission(modelVersion)) {
            put(EMITTED + modelVersion, emission.ordinal());
        }
    }

    /** A version that was emitted, but isn't known to be live or retired in this life, misses batches from now on. */
    void lapseAllBut(LiveModels models) {
        for (var name : Set.copyOf(numbers.keySet())) {
            if (name.startsWith(EMITTED)) {
                long version = Long.parseLong(name.substring(EMITTED.length()));
                boolean known = models.retired().contains(version)
                        || models.live().stream().anyMatch(model -> model.version() == version);
                if (!known && emission(version) == Emission.WHOLLY) {
                    emission(version, Emission.LAPSED);
                }
            }
        }
    }

    /** The level of the {@link Frontier} at which progress was told last; 0: never. */
    int progressLevel() {
        return (int) get(PROGRESS_LEVEL);
    }

    void progressLevel(int level) {
        put(PROGRESS_LEVEL, level);
    }

    /** Whether embeddings of some version stand still, because this life does not know that it is live. */
    boolean lapsed() {
        return numbers.keySet().stream()
                .anyMatch(name -> name.startsWith(EMITTED)
                        && emission(Long.parseLong(name.substring(EMITTED.length()))) == Emission.LAPSED);
    }

    /** All updates of the events below this position of an events partition have been read. */
    void clock(int eventsPartition, long position) {
        put(CLOCK + eventsPartition, position);
    }

    /** Visits what {@link #clock} was told, in this life or before. */
    void forEachClock(ClockVisitor visitor) {
        numbers.forEach((name, position) -> {
            if (name.startsWith(CLOCK)) {
                visitor.visit(Integer.parseInt(name.substring(CLOCK.length())), position);
            }
        });
    }

    interface ClockVisitor {
        void visit(int eventsPartition, long position);
    }

    long number(String name, long absent) {
        return numbers.getOrDefault(name, absent);
    }

    void store(String name, long value) {
        put(name, value);
    }

    private long get(String name) {
        return number(name, 0);
    }

    private void put(String name, long value) {
        numbers.put(name, value);
        state.putMeta(name, value);
    }
}
