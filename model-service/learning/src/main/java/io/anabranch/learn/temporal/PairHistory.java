package io.anabranch.learn.temporal;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/**
 * When which pair (source, target) had events. Pairs are numbered by their first event. Memory: about 4 bytes an event and 40 a pair.
 * Immutable, safe for any thread.
 */
final class PairHistory {

    private static final int NONE = -1;

    private final EventHistory history;
    private final Long2IntOpenHashMap numbers;
    private final int[] offsets;
    private final int[] events;

    private PairHistory(EventHistory history, Long2IntOpenHashMap numbers, int[] offsets, int[] events) {
        this.history = history;
        this.numbers = numbers;
        this.offsets = offsets;
        this.events = events;
    }

    static PairHistory of(EventHistory history) {
        Long2IntOpenHashMap numbers = new Long2IntOpenHashMap();
        numbers.defaultReturnValue(NONE);
        int[] pairs = new int[history.events()];
        int[] counts = new int[history.events() + 1];
        for (int e = 0; e < pairs.length; e++) {
            int fresh = numbers.size();
            int known = numbers.putIfAbsent(key(history.source(e), history.target(e)), fresh);
            pairs[e] = known == NONE ? fresh : known;
            counts[pairs[e] + 1]++;
        }
        int[] offsets = Arrays.copyOf(counts, numbers.size() + 1);
        Arrays.parallelPrefix(offsets, Integer::sum);
        int[] next = offsets.clone();
        int[] events = new int[pairs.length];
        for (int e = 0; e < pairs.length; e++) {
            events[next[pairs[e]]++] = e;
        }
        return new PairHistory(history, numbers, offsets, events);
    }

    int pairs() {
        return numbers.size();
    }

    int source(int pair) {
        return history.source(events[offsets[pair]]);
    }

    int target(int pair) {
        return history.target(events[offsets[pair]]);
    }

    /** How many pairs had their first event before the time; they have the numbers below. O(log n). */
    int seenBefore(double time) {
        int low = 0;
        int high = pairs();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (history.time(events[offsets[middle]]) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The time of the pair's last event before the time given; negative infinity if it has none. O(log n). */
    double last(int source, int target, double time) {
        int pair = numbers.get(key(source, target));
        if (pair == NONE) {
            return Double.NEGATIVE_INFINITY;
        }
        int before = before(pair, time);
        return before == offsets[pair] ? Double.NEGATIVE_INFINITY : history.time(events[before - 1]);
    }

    /** Whether the pair has an event at exactly this time. O(log n). */
    boolean at(int source, int target, double time) {
        int pair = numbers.get(key(source, target));
        if (pair == NONE) {
            return false;
        }
        int before = before(pair, time);
        return before < offsets[pair + 1] && history.time(events[before]) == time;
    }

    private int before(int pair, double time) {
        int low = offsets[pair];
        int high = offsets[pair + 1];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (history.time(events[middle]) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long key(int source, int target) {
        return (long) source << Integer.SIZE | target;
    }
}
