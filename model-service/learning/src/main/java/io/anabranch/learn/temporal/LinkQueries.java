package io.anabranch.learn.temporal;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Candidate edges, each to be judged at the time of an event: would (source, target) happen then? By ascending event number. The event of a
 * positive candidate is the candidate itself. Filled by one thread; then read by any.
 */
public final class LinkQueries {

    private final IntArrayList events = new IntArrayList();
    private final IntArrayList sources = new IntArrayList();
    private final IntArrayList targets = new IntArrayList();

    /** Adds a candidate. */
    public void add(int event, int source, int target) {
        if (!events.isEmpty() && event < events.getInt(events.size() - 1)) {
            throw new IllegalArgumentException("The event (%d) must not be below the one before (%d)."
                    .formatted(event, events.getInt(events.size() - 1)));
        }
        events.add(event);
        sources.add(source);
        targets.add(target);
    }

    public int size() {
        return events.size();
    }

    public int event(int query) {
        return events.getInt(query);
    }

    public int source(int query) {
        return sources.getInt(query);
    }

    public int target(int query) {
        return targets.getInt(query);
    }
}
