package io.anabranch.stream.propagation;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Which values and embeddings are still to be sent: first in, first out, each at most once. An entry says only whose value is meant, so
 * that it sends the newest when its turn comes; one that is queued already keeps its place. A batch that changes everything
 * therefore costs a bounded amount of sending per call, and a hub that changes in every batch is sent once per turn.
 *
 * <p>Actions queue up too: each runs when everything before it has left. What a mark vouches for is sent before the mark.
 *
 * <p>Memory: about 30 bytes per entry.
 */
final class EmissionQueue {
    /** Sends one entry. */
    @FunctionalInterface
    interface Sender {
        /** @return how many records it took */
        int send(int lane, boolean embedding, int vertex, int flags, FreshnessStamp stamp);
    }

    private record Stamped(long end, FreshnessStamp stamp) {}

    private record Barrier(long position, Runnable action) {}

    private static final int EMBEDDING = 1;
    private static final int ABSENT = -1;

    private final LongArrayFIFOQueue queue = new LongArrayFIFOQueue();
    private final Long2IntOpenHashMap flagsByEntry = new Long2IntOpenHashMap();
    private final ArrayDeque<Stamped> stamps = new ArrayDeque<>();
    private final ArrayDeque<Barrier> barriers = new ArrayDeque<>();
    private long added;
    private long passed;
    private long stampedTo;

    EmissionQueue() {
        flagsByEntry.defaultReturnValue(ABSENT);
    }

    /**
     * Queues what is to be sent of a vertex.
     *
     * @param lane which version
     * @param flags not negative; those of one entry are united
     */
    void add(int lane, boolean embedding, int vertex, int flags) {
        long entry = ((long) lane << 1 | (embedding ? EMBEDDING : 0)) << 32 | vertex;
        int known = flagsByEntry.get(entry);
        if (known == ABSENT) {
            queue.enqueue(entry);
            added++;
            flagsByEntry.put(entry, flags);
        } else if (known != (known | flags)) {
            flagsByEntry.put(entry, known | flags);
        }
    }

    /** Runs the action once everything that is queued now has been sent; at the earliest in the next {@link #send}. */
    void whenPassed(Runnable action) {
        barriers.add(new Barrier(added, action));
    }

    /** Says which events are behind the entries that were added since the last stamp. */
    void stamp(FreshnessStamp stamp) {
        if (added > stampedTo) {
            stamps.add(new Stamped(added, stamp));
            stampedTo = added;
        }
    }

    /** Whether nothing is left to send or to run. */
    boolean isEmpty() {
        return queue.isEmpty() && barriers.isEmpty();
    }

    /** Entries that wait. */
    int size() {
        return queue.size();
    }

    /** Sends entries until they have taken this many records or none is left, and runs the actions that are passed on the way. */
    void send(int limit, Sender sender) {
        runPassed();
        int records = 0;
        while (!queue.isEmpty() && records < limit) {
            long entry = queue.dequeueLong();
            int flags = flagsByEntry.remove(entry);
            int lane = (int) (entry >>> 33);
            boolean embedding = (entry >>> 32 & EMBEDDING) != 0;
            records += sender.send(lane, embedding, (int) entry, flags, stampOfNext());
            passed++;
            runPassed();
        }
    }

    private FreshnessStamp stampOfNext() {
        while (stamps.getFirst().end() <= passed) {
            stamps.removeFirst();
        }
        return stamps.getFirst().stamp();
    }

    private void runPassed() {
        for (@Nullable Barrier next = barriers.peekFirst();
                next != null && next.position() <= passed;
                next = barriers.peekFirst()) {
            barriers.removeFirst();
            next.action().run();
        }
    }
}
