package io.anabranch.stream.propagation;

import java.util.Map;
import java.util.TreeMap;

/**
 * The time that a partition of the updates topic has come to at an offset: the greatest event time of all records, facts and clocks, before
 * it. By it facts are too late and edges expire, so it must be a function of the log: a fact that is read again after a crash is judged as it
 * was the first time.
 *
 * <p>Where state and input position commit together, the last life stored what the registers say anyway: a fact whose time lies past all
 * before it wins its register, and none of those is forgotten, so the greatest time of all registers is the time of all facts. Only clocks
 * are written down. Registers of a snapshot have no part in this clock: while it stands below the latest of them, where registers say nothing of
 * facts, every rise is written down too. Where the state may be ahead of the position, every rise is written down under its offset, for as long as that offset
 * may be read again; but only if a fact can be too late at all, because to an expiry a clock that is ahead does no harm: its time
 * comes again, and what has expired stays so.
 *
 * <p>Single-threaded.
 */
public final class LogClock {

    /** No fact is too late. */
    public static final long ANY_LATENESS = Long.MAX_VALUE;

    /** Before the first record. */
    static final long NO_TIME = Long.MIN_VALUE;

    static final String TICK = "log-time";
    static final String IMPORTED = "imported-time";
    static final String EXPIRED = "expired-time";

    private final PartitionState state;
    private final long lateness;
    private final boolean byOffset;
    private final TreeMap<Long, Long> breakpoints = new TreeMap<>();

    private long time = NO_TIME;
    /** The latest of all registers that came with snapshots. */
    private long imported = NO_TIME;
    /** By which edges had expired where snapshots came from. */
    private long expired = NO_TIME;

    /**
     * @param latenessMs how far a fact may lie behind the clock, or {@link #ANY_LATENESS}
     * @param stateMayBeAhead whether a restored state can hold more than the records before the input position
     */
    LogClock(PartitionState state, long latenessMs, boolean stateMayBeAhead) {
        this.state = state;
        this.lateness = latenessMs;
        this.byOffset = stateMayBeAhead && latenessMs != ANY_LATENESS;
    }

    // ---- restore

    void restore(String name, long value) {
        switch (name) {
            case TICK -> time = byOffset ? time : Math.max(time, value);
            case IMPORTED -> imported = value;
            case EXPIRED -> expired = value;
            default -> {}
        }
    }

    /** The clock stood at this time after the record at this offset. */
    void restore(long offset, long timeAfter) {
        breakpoints.put(offset, timeAfter);
    }

    /**
     * Ends the restore.
     *
     * @param latestRegister the greatest event time of any register
     * @return a time that the clock has reached, in this life or the one before, for expiry
     */
    long finishRestore(long latestRegister) {
        // A register past all that was imported is a fact's.
        long latestFact = latestRegister > imported ? latestRegister : NO_TIME;
        if (!byOffset) {
            time = Math.max(time, latestFact);
            return expiryTime();
        }
        long reached = Math.max(latestFact, expired);
        for (long breakpoint : breakpoints.values()) {
            reached = Math.max(reached, breakpoint);
        }
        return reached;
    }

    // ---- reading

    /**
     * A fact is read.
     *
     * @return whether it is too late and must be refused
     */
    boolean isLate(long offset, long eventTime) {
        reach(offset);
        boolean late = lateness != ANY_LATENESS && time != NO_TIME && eventTime < time - lateness;
        if (eventTime > time) {
            time = eventTime;
            noteRise(offset);
        }
        return late;
    }

    /** A clock is read. */
    void tick(long offset, long tickTime) {
        reach(offset);
        if (tickTime > time) {
            time = tickTime;
            noteRise(offset);
            if (!byOffset && time > imported) {
                state.putMeta(TICK, time);
            }
        }
    }

    /**
     * Registers of a snapshot are read. The clock stays where it is; only what expires takes note.
     *
     * @param latest the latest time of any of them
     * @param expiredTo by which edges had expired where they come from; {@link #NO_TIME} if none had
     */
    void imported(long latest, long expiredTo) {
        if (latest > imported) {
            boolean told = time <= imported;
            imported = latest;
            state.putMeta(IMPORTED, latest);
            if (!byOffset && !told) {
                // Up to now the registers said it.
                state.putMeta(TICK, time);
            }
        }
        if (expiredTo > expired) {
            expired = expiredTo;
            state.putMeta(EXPIRED, expiredTo);
        }
    }

    /** By which edges expire: the greatest time read, here or where a snapshot comes from. */
    long expiryTime() {
        return Math.max(time, expired);
    }

    /** The greatest time read, {@link #NO_TIME} if none. */
    long time() {
        return time;
    }

    /** The horizon of what can still be accepted at this time of the clock. */
    long horizon(long clockTime) {
        return clockTime == NO_TIME || lateness == ANY_LATENESS ? NO_TIME : clockTime - lateness;
    }

    /** Nothing below this position will be read again. */
    void committed(long position) {
        Map.Entry<Long, Long> last = breakpoints.lowerEntry(position);
        while (last != null && breakpoints.firstKey() < last.getKey()) {
            state.putClock(breakpoints.pollFirstEntry().getKey(), NO_TIME);
        }
    }

    /** Takes over what an earlier life noted before this offset. What it noted from here on is going to be read again. */
    private void reach(long offset) {
        if (byOffset) {
            Map.Entry<Long, Long> before = breakpoints.lowerEntry(offset);
            if (before != null) {
                time = Math.max(time, before.getValue());
            }
        }
    }

    private void noteRise(long offset) {
        if (byOffset) {
            breakpoints.put(offset, time);
            state.putClock(offset, time);
        } else if (time <= imported) {
            state.putMeta(TICK, time);
        }
    }
}
