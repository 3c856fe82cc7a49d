package io.anabranch.serve.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last deletions, for those who resume. What has been read before the feed was live may have lost tombstones to compaction and is not
 * told from what is forgotten. Thread-safe.
 */
final class Tombstones {

    private record Tombstone(long version, String vertexId, int partition, long offset) {}

    /** Until its record's offset is known, a deletion lies behind every token. */
    private static final long OPEN = Long.MAX_VALUE;

    private final int most;
    private final long[] since;
    private final Deque<Tombstone> last = new ArrayDeque<>();

    Tombstones(int partitions, int most) {
        this.since = new long[partitions];
        this.most = most;
    }

    /** A vertex has gone; {@link #read} says by which record. */
    synchronized void add(long version, String vertexId, int partition) {
        if (last.size() == most) {
            Tombstone oldest = last.removeFirst();
            since[oldest.partition()] = Math.max(since[oldest.partition()], oldest.offset() + 1);
        }
        last.addLast(new Tombstone(version, vertexId, partition, OPEN));
    }

    /** Everything below this offset of the partition has been read: what is still open was the last record. */
    synchronized void read(int partition, long nextOffset) {
        while (!last.isEmpty()
                && last.getLast().offset() == OPEN
                && last.getLast().partition() == partition) {
            Tombstone open = last.removeLast();
            last.addLast(new Tombstone(open.version(), open.vertexId(), partition, nextOffset - 1));
        }
    }

    /** Deletions below this offset may be unknown. */
    synchronized void unknownBelow(int partition, long offset) {
        since[partition] = Math.max(since[partition], offset);
    }

    /** Whether all deletions at these offsets and behind them are known. */
    synchronized boolean complete(long[] from) {
        for (int p = 0; p < since.length; p++) {
            if (from[p] < since[p]) {
                return false;
            }
        }
        return true;
    }

    /** The vertices of a version deleted at these offsets or behind them; some may be there again. */
    synchronized List<String> since(long version, long[] from) {
        List<String> ids = new ArrayList<>();
        for (Tombstone each : last) {
            if (each.version() == version && each.offset() >= from[each.partition()]) {
                ids.add(each.vertexId());
            }
        }
        return ids;
    }
}
