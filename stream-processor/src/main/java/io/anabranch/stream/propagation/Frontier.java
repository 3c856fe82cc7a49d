package io.anabranch.stream.propagation;

import java.util.ArrayList;
import java.util.List;

/**
 * Which events the values of this partition reflect, layer by layer: {@link Coverage} for a graph that never rests.
 *
 * <p>Level 0 is what was read here: all updates of the events below it are in the registers, and what they say to other partitions
 * (SUBSCRIBE, delete times, features) has been sent. A partition that has taken in everything that its peers sent before they reached
 * level l for some events reaches level l + 1 for them:
 *
 * <ul>
 *   <li>1: every SUBSCRIBE that those events led to, anywhere, has been answered from here, with the delete time;
 *   <li>2: so every edge into this partition is judged by the delete times of both ends: the in-degrees are final, UNSUBSCRIBE has
 *       been sent, and every halo vertex has its {@code h_0}: {@code h_1} is exact, unless the message of a source depends on its
 *       in-degree, which its owner knows at 2 itself;
 *   <li>3: so every subscription that ended has ended here: which vertices exist is final;
 *   <li>from there on, one layer a level.
 * </ul>
 *
 * <p>It needs no account of which SUBSCRIBE was answered by which VALUE: the log keeps the order. Everything but level 0 lives in
 * memory only, and a peer may take back what it said. Levels are vectors, so one slow partition of the events topic holds back nobody
 * but its own events. Not thread-safe.
 */
final class Frontier {
    /** Far above that of any model; what is greater was written by somebody else. */
    private static final int GREATEST_LEVEL = 1_000;

    /** The level at which the existence of vertices is final. */
    private static final int EXISTENCE = 3;

    private final int partition;
    private final EventPositions none;
    private EventPositions read;
    /** By peer and level: what it said last. */
    private final List<List<EventPositions>> peers = new ArrayList<>();
    /** By level. */
    private final List<EventPositions> reached = new ArrayList<>();

    /** @param partitions of the graph, and of the events topic, which has as many */
    Frontier(int partitions, int partition) {
        this.partition = partition;
        none = EventPositions.none(partitions);
        read = none;
        for (int peer = 0; peer < partitions; peer++) {
            peers.add(new ArrayList<>());
        }
    }

    /** The level at which the embeddings of a model of so many layers are exact. */
    static int levelOf(int layers, boolean inDegreeMatters) {
        return inDegreeMatters ? layers + 2 : Math.max(layers + 1, EXISTENCE);
    }

    /** A CLOCK was read. */
    void read(int eventsPartition, long position) {
        if (eventsPartition >= none.size()) {
            throw new IllegalArgumentException("The events partition (%d) must be below the number of partitions (%d)."
                    .formatted(eventsPartition, none.size()));
        }
        read = read.reaching(eventsPartition, position);
    }

    EventPositions read() {
        return read;
    }

    /** A peer's FRONTIER was read; its last word on a level counts. */
    void peer(int from, int level, EventPositions positions) {
        if (positions.size() != none.size() || level < 0 || level > GREATEST_LEVEL) {
            throw new IllegalArgumentException(
                    "The frontier (%s) of partition %d at level %d must have %d positions and a level of at most %d."
                            .formatted(positions, from, level, none.size(), GREATEST_LEVEL));
        }
        set(peers.get(from), level, positions);
    }

    /** What a peer said counts no more. */
    void forget(int peer) {
        peers.get(peer).clear();
    }

    /** What is to be reached, by level up to the given one, from what has been read by now. */
    List<EventPositions> reachable(int greatestLevel, boolean trustNobody) {
        var levels = new ArrayList<EventPositions>();
        levels.add(read);
        for (int level = 1; level <= greatestLevel; level++) {
            var least = read;
            for (int peer = 0; trustNobody && peer < peers.size(); peer++) {
                if (peer != partition) {
                    least = least.min(get(peers.get(peer), level - 1));
                }
            }
            levels.add(least);
        }
        return levels;
    }

    /** Everything that the values of these levels depend on has been taken in and sent. */
    void reach(int level, EventPositions positions) {
        set(reached, level, positions);
    }

    EventPositions reached(int level) {
        return get(reached, level);
    }

    /** One more than the greatest level that was ever reached. */
    int levels() {
        return reached.size();
    }

    private EventPositions get(List<EventPositions> levels, int level) {
        return level < levels.size() ? levels.get(level) : none;
    }

    private void set(List<EventPositions> levels, int level, EventPositions positions) {
        while (levels.size() <= level) {
            levels.add(none);
        }
        levels.set(level, positions);
    }

    @Override
    public String toString() {
        return "read %s, reached %s, peers %s".formatted(read, reached, peers);
    }
}
