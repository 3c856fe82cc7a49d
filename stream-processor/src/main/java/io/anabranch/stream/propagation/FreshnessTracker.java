package io.anabranch.stream.propagation;

/** Oldest acceptance of the batch at work, greatest event time and position so far. Kept across restarts. */
final class FreshnessTracker {
    private static final String ACCEPTED = "freshness.accepted";
    private static final String EVENT = "freshness.event";
    private static final String POSITION = "freshness.position";

    private final PartitionState state;
    private long accepted;
    private long event;
    private long position;
    private boolean batchOpen;

    FreshnessTracker(PartitionState state) {
        this.state = state;
    }

    void restore(String name, long value) {
        switch (name) {
            case ACCEPTED -> accepted = value;
            case EVENT -> event = value;
            case POSITION -> position = value;
            default -> {}
        }
    }

    void reach(long inputPosition) {
        position = Math.max(position, inputPosition);
    }

    void include(long acceptedTimeMs, long eventTimeMs) {
        accepted = batchOpen ? Math.min(accepted, acceptedTimeMs) : acceptedTimeMs;
        event = Math.max(event, eventTimeMs);
        batchOpen = true;
    }

    /** The next input opens a new batch. */
    void closeBatch() {
        if (batchOpen) {
            batchOpen = false;
            state.putMeta(ACCEPTED, accepted);
            state.putMeta(EVENT, event);
            state.putMeta(POSITION, position);
        }
    }

    long acceptedTimeMs() {
        return accepted;
    }

    long eventTimeMs() {
        return event;
    }

    Freshness freshness() {
        return new Freshness(accepted, event, position);
    }
}
