package io.anabranch.stream.propagation;

import java.util.Arrays;

/** Oldest acceptance of the batch at work, greatest event time and position so far. Kept across restarts. */
final class FreshnessTracker {
    private static final String ACCEPTED = "freshness.accepted";
    private static final String EVENT = "freshness.event";
    private static final String POSITION = "freshness.position";

    private final PartitionState state;
    /** Of the batch, by the number of halo records that an event came through; one entry more than the deepest model has layers. */
    private long[] oldest = {AcceptedTimes.NO_EVENT, AcceptedTimes.NO_EVENT};

    /** Of the last batch that had any event behind it. */
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

    /** The layers of the deepest live model: through more halo records no event has an effect. */
    void depth(int layers) {
        int known = oldest.length;
        oldest = Arrays.copyOf(oldest, layers + 1);
        if (oldest.length > known) {
            Arrays.fill(oldest, known, oldest.length, AcceptedTimes.NO_EVENT);
        }
    }

    void reach(long inputPosition) {
        position = Math.max(position, inputPosition);
    }

    /** An event of this partition enters the batch. */
    void include(long acceptedTimeMs, long eventTimeMs) {
        open(eventTimeMs);
        oldest[0] = Math.min(oldest[0], acceptedTimeMs);
    }

    /** A halo record enters the batch: what is behind it has come through one record more. */
    void include(AcceptedTimes times, long eventTimeMs) {
        open(eventTimeMs);
        for (int hops = 1; hops < oldest.length && hops <= times.size(); hops++) {
            oldest[hops] = Math.min(oldest[hops], times.at(hops - 1));
        }
    }

    private void open(long eventTimeMs) {
        if (!batchOpen) {
            batchOpen = true;
            accepted = acceptedTimeMs();
            Arrays.fill(oldest, AcceptedTimes.NO_EVENT);
        }
        event = Math.max(event, eventTimeMs);
    }

    /** The next input opens a new batch. */
    void closeBatch() {
        if (batchOpen) {
            batchOpen = false;
            state.putMeta(ACCEPTED, acceptedTimeMs());
            state.putMeta(EVENT, event);
            state.putMeta(POSITION, position);
        }
    }

    /** What to hand on: of the last batch between batches. Without the times that have come as far as any has an effect. */
    private AcceptedTimes acceptedTimes() {
        return AcceptedTimes.of(Arrays.copyOf(oldest, oldest.length - 1));
    }

    long eventTimeMs() {
        return event;
    }

    /** What is behind the batch at work, or the last one. */
    FreshnessStamp stamp() {
        return new FreshnessStamp(acceptedTimes(), acceptedTimeMs());
    }

    /** Of an embedding that is sent now and that the batch with this stamp has changed first. */
    Freshness freshness(FreshnessStamp stamp) {
        return new Freshness(stamp.acceptedTimeMs(), event, position);
    }

    private long acceptedTimeMs() {
        long times = AcceptedTimes.of(oldest).oldest();
        return times == AcceptedTimes.NO_EVENT ? accepted : times;
    }
}
