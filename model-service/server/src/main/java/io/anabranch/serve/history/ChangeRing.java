package io.anabranch.serve.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes, whichever vertices they are of; each knows the one before it of the same vertex. A new one takes the place of the oldest.
 * About 300 bytes a change, and four for each column of its embedding. Not thread-safe.
 */
final class ChangeRing {

    private record Key(long version, String vertexId) {}

    /** A change by its number; numbers grow by one. */
    private record Link(Change change, long previous) {}

    private static final long NONE = -1;

    /**
     * Changes of one vertex.
     *
     * @param changes oldest first
     * @param lostMs time of the latest change of whatever vertex that is not known any more, or of this vertex where there are more than asked
     *     for; 0: all are known
     */
    record Chain(List<Change> changes, long lostMs) {}

    private final @Nullable Link[] links;
    private final Map<Key, Long> latest = new HashMap<>();
    private long next;
    private long lostMs;

    ChangeRing(int capacity) {
        links = new Link[capacity];
    }

    int size() {
        return (int) Math.min(next, links.length);
    }

    /** Of how many vertices changes are known, each version's by itself. */
    int vertices() {
        return latest.size();
    }

    void add(Change change) {
        int place = (int) (next % links.length);
        Link oldest = links[place];
        if (oldest != null) {
            lostMs = Math.max(lostMs, oldest.change().timeMs());
            latest.remove(new Key(oldest.change().version(), oldest.change().vertexId()), next - links.length);
        }
        Long previous = latest.put(new Key(change.version(), change.vertexId()), next);
        links[place] = new Link(change, previous == null ? NONE : previous);
        next++;
    }

    /** The latest changes of a vertex under a version. */
    Chain of(long version, String vertexId, int most) {
        Deque<Change> changes = new ArrayDeque<>();
        Long start = latest.get(new Key(version, vertexId));
        long lost = lostMs;
        for (long at = start == null ? NONE : start; at != NONE && at >= next - links.length; ) {
            Link link = links[(int) (at % links.length)];
            if (link == null) {
                throw new IllegalStateException("Change (%d) is not where it was put.".formatted(at));
            }
            if (changes.size() == most) {
                lost = link.change().timeMs();
                break;
            }
            changes.addFirst(link.change());
            at = link.previous();
        }
        return new Chain(List.copyOf(changes), lost);
    }

    /** Forgets the changes of a version; their places stay taken until they are the oldest. */
    void drop(long version) {
        for (int i = 0; i < links.length; i++) {
            Link link = links[i];
            if (link != null && link.change().version() == version) {
                Change change = link.change();
                links[i] = new Link(new Change(version, change.vertexId(), change.timeMs(), null, null), NONE);
            }
        }
        latest.keySet().removeIf(key -> key.version() == version);
    }
}
