package io.anabranch.stream.propagation;

import java.util.Arrays;
import java.util.TreeMap;

/**
 * How far each version is exact here: at level l, {@code h_0 .. h_l} are, and were sent before MARK(l). A partition whose peers are
 * all at level l reaches l + 1, since everything that its next layer reads has arrived. Kept in memory only: a stored mark could
 * be ahead of the data that it vouches for.
 */
final class Coverage {
    static final int NONE = -1;

    /** What a raise leads to. */
    interface Raised {
        void to(long modelVersion, int level, boolean complete);
    }

    private final int partitions;
    private final int partition;
    /** By version: the greatest mark of each peer. Marks may come before the version is known here. */
    private final TreeMap<Long, int[]> marks = new TreeMap<>();

    private final TreeMap<Long, Integer> reached = new TreeMap<>();
    /** What peers were told: behind what is reached while values wait to be sent. */
    private final TreeMap<Long, Integer> told = new TreeMap<>();

    Coverage(int partitions, int partition) {
        this.partitions = partitions;
        this.partition = partition;
    }

    void mark(int from, long modelVersion, int level) {
        int[] ofVersion = ofVersion(modelVersion);
        ofVersion[from] = Math.max(ofVersion[from], level);
    }

    void start(long modelVersion) {
        reached.put(modelVersion, NONE);
        told.put(modelVersion, NONE);
    }

    void retire(long modelVersion) {
        reached.remove(modelVersion);
        told.remove(modelVersion);
        marks.remove(modelVersion);
    }

    /** The level whose values were all sent. */
    int told(long modelVersion) {
        return told.getOrDefault(modelVersion, NONE);
    }

    /**
     * All that the level vouches for has been sent.
     *
     * @return whether to say so: the version may have been retired meanwhile
     */
    boolean tell(long modelVersion, int level) {
        return told.replace(modelVersion, level) != null;
    }

    /** Call after a batch that has taken in everything that came before the marks. */
    void raise(long modelVersion, int layers, boolean trustNobody, Raised raised) {
        int level = layers;
        if (trustNobody) {
            int[] ofVersion = ofVersion(modelVersion);
            for (int peer = 0; peer < partitions; peer++) {
                if (peer != partition) {
                    level = Math.min(level, ofVersion[peer] + 1);
                }
            }
        }
        if (level > reached.getOrDefault(modelVersion, NONE)) {
            reached.put(modelVersion, level);
            raised.to(modelVersion, level, level == layers);
        }
    }

    private int[] ofVersion(long modelVersion) {
        return marks.computeIfAbsent(modelVersion, v -> {
            int[] fresh = new int[partitions];
            Arrays.fill(fresh, NONE);
            return fresh;
        });
    }
}
