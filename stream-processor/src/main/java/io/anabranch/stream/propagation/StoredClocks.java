package io.anabranch.stream.propagation;

import java.util.HashMap;
import java.util.Map;

/** How far a partition had come, by the numbers that stand in its state beside the registers. Put in any order; single-threaded. */
public final class StoredClocks {
    private final Map<String, Long> numbers = new HashMap<>();
    private long breakpoint = LogClock.NO_TIME;
    private long latestRegister = LogClock.NO_TIME;

    /** See {@link PartitionState.RestoreVisitor#meta}. */
    public void number(String name, long value) {
        numbers.put(name, value);
    }

    /** See {@link PartitionState.RestoreVisitor#clock}. */
    public void breakpoint(long timeAfter) {
        breakpoint = Math.max(breakpoint, timeAfter);
    }

    /** The greatest event time of a register. */
    public void register(long greatestTime) {
        latestRegister = Math.max(latestRegister, greatestTime);
    }

    /**
     * The event time by which the partition's edges had expired; {@code Long.MIN_VALUE} if it knew of none. As {@link LogClock#finishRestore}
     * has it: a register past all that were imported is a fact's.
     */
    public long expiryTime() {
        long imported = numbers.getOrDefault(LogClock.IMPORTED, LogClock.NO_TIME);
        long told = Math.max(
                numbers.getOrDefault(LogClock.TICK, LogClock.NO_TIME),
                numbers.getOrDefault(LogClock.EXPIRED, LogClock.NO_TIME));
        return Math.max(Math.max(told, breakpoint), latestRegister > imported ? latestRegister : LogClock.NO_TIME);
    }

    /** Below this position of an events partition all updates of events are in the registers; 0: nothing is known. */
    public long eventsPosition(int eventsPartition) {
        return numbers.getOrDefault(TaskLedger.CLOCK + eventsPartition, 0L);
    }
}
