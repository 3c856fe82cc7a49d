package io.anabranch.stream.propagation;

/**
 * One step of a schedule. It says all that it needs, so that any part of a schedule is a schedule too: whatever an action decides at random, it
 * decides by its own seed.
 *
 * @param number a partition, unless the kind says otherwise
 * @param seed of what the kind leaves to chance; 0 where it leaves nothing
 */
record Action(Kind kind, int number, long seed) {
    enum Kind {
        /** The event at this place of the trace is written to the log of its partition. */
        ROUTE,
        /** Ingest was restarted: it writes the event at this place again. */
        ROUTE_AGAIN,
        /** A snapshot of the graph after so many events of the trace is written to the logs of all partitions. */
        IMPORT,
        /** The partition of the events topic says how far it has been routed. */
        TICK,
        /** Somebody asks for the vertex of the event at this place to be computed from scratch; below zero: for one that nobody has heard of. */
        RECOMPUTE,
        /** So many changes of the models have been published. */
        PUBLISH,
        /** Reads an update. */
        UPDATE,
        /** Reads a halo record. */
        HALO,
        PROPAGATE,
        /** Hears of the models that are published. */
        LEARN,
        COMMIT,
        /** Hears that the last commit has succeeded. */
        TELL,
        /** The producer sends some of what it has, where it may at any time. */
        LEAK,
        CRASH,
        /** What a dead instance still had to say is heard. */
        ZOMBIE,
        /** Whoever says that it reflects everything is held to it. */
        CHECK,
        /** All comes to rest and is checked; then the second version is published. */
        SWITCH,
        /** The second version is covered, and the first retires. */
        RETIRE
    }

    static Action of(Kind kind, int number) {
        return new Action(kind, number, 0);
    }

    @Override
    public String toString() {
        return seed == 0 ? kind + " " + number : kind + " " + number + " " + seed;
    }

    /** @param words as {@link #toString} gives them */
    static Action parse(String[] words, int from) {
        return new Action(
                Kind.valueOf(words[from]),
                Integer.parseInt(words[from + 1]),
                words.length > from + 2 ? Long.parseLong(words[from + 2]) : 0);
    }
}
