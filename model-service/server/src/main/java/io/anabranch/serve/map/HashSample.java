package io.anabranch.serve.map;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * The vertices of least rank, in its order (bottom-k sample): a vertex is in it or not by its id and by how many others there are, and a smaller
 * sample is the beginning of a greater one. Taken by one thread; told of changes by another.
 */
final class HashSample {

    private record Ranked(int rank, String id) {}

    private static final Comparator<Ranked> ORDER =
            Comparator.comparingInt(Ranked::rank).thenComparing(Ranked::id);

    private volatile boolean stale = true;
    /** What has a greater rank changes nothing. */
    private volatile int last = Integer.MAX_VALUE;

    private int capacity;
    private List<String> ids = List.of();

    /** Evenly spread over all ints: the finaliser of MurmurHash3 over the string's own hash, which the string remembers. */
    static int rank(String id) {
        int h = id.hashCode();
        h = (h ^ h >>> 16) * 0x85ebca6b;
        h = (h ^ h >>> 13) * 0xc2b2ae35;
        return h ^ h >>> 16;
    }

    /** A vertex has come or gone. */
    void changed(String id) {
        if (rank(id) <= last) {
            stale = true;
        }
    }

    /** At least so many, if there are; looks at all vertices only where one of the sample has come or gone, or more are asked for than before. */
    List<String> of(Map<String, ?> vertices, int wanted) {
        if (!stale && wanted <= capacity) {
            return ids;
        }
        // First: what comes or goes while this looks is looked at again.
        capacity = Math.max(wanted, capacity);
        last = Integer.MAX_VALUE;
        stale = false;
        PriorityQueue<Ranked> least = new PriorityQueue<>(ORDER.reversed());
        for (String id : vertices.keySet()) {
            int rank = rank(id);
            if (least.size() < capacity) {
                least.add(new Ranked(rank, id));
            } else if (rank <= least.element().rank()) {
                least.add(new Ranked(rank, id));
                least.remove();
            }
        }
        if (least.size() == capacity) {
            last = least.element().rank();
        }
        ids = least.stream().sorted(ORDER).map(Ranked::id).toList();
        return ids;
    }
}
