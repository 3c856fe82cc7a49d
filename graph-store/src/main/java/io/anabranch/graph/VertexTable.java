package io.anabranch.graph;

import io.anabranch.graph.adjacency.Growth;
import io.anabranch.graph.feature.FeatureSlab;
import java.util.Arrays;

/**
 * The registers of all vertices as parallel arrays by ordinal, owned and halo alike.
 *
 * <p>Memory per vertex: time 8, delete time 8, type 4, feature row 4, baseline 4, references 4, flags 1 = 33 bytes. Not thread-safe.
 */
final class VertexTable {

    static final int OWNED = 1;
    static final int ALIVE = 2;
    static final int SUBSCRIBED = 4;
    /** Has feature columns that were written later than its register. */
    static final int PATCHED = 8;

    long[] time = new long[16];
    long[] deleteTime = new long[16];
    int[] type = new int[16];
    int[] featureRow = new int[16];
    /** Index of the vertex's entry in the open batch, plus 1; 0 if the batch has not met it. */
    int[] baseline = new int[16];

    /** Edge and label registers that name the vertex, dead ones included; a self-loop counts twice. */
    int[] references = new int[16];

    private byte[] flags = new byte[16];

    /** Sets the vertex up as never written. New ordinals come in order. */
    void create(int vertex, boolean owned) {
        if (vertex == time.length) {
            int capacity = Growth.next(vertex, vertex + 1);
            time = Arrays.copyOf(time, capacity);
            deleteTime = Arrays.copyOf(deleteTime, capacity);
            type = Arrays.copyOf(type, capacity);
            featureRow = Arrays.copyOf(featureRow, capacity);
            baseline = Arrays.copyOf(baseline, capacity);
            references = Arrays.copyOf(references, capacity);
            flags = Arrays.copyOf(flags, capacity);
        }
        time[vertex] = PartitionGraph.NEVER;
        deleteTime[vertex] = PartitionGraph.NEVER;
        type[vertex] = 0;
        featureRow[vertex] = FeatureSlab.NO_ROW;
        flags[vertex] = (byte) (owned ? OWNED : 0);
    }

    /** Whether any of these flags is set. */
    boolean is(int vertex, int flagSet) {
        return (flags[vertex] & flagSet) != 0;
    }

    void set(int vertex, int flag, boolean on) {
        flags[vertex] = (byte) (on ? flags[vertex] | flag : flags[vertex] & ~flag);
    }

    long memoryBytes() {
        return 33L * time.length;
    }
}
