package io.anabranch.graph;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * When single feature columns of a node were written, for those that were written later than the node's own register. Their values
 * stand in the node's row. Immutable, thread-safe.
 */
public final class ColumnTimes {

    /** No column was written later than its node. */
    public static final ColumnTimes NONE = new ColumnTimes(new int[0], new long[0]);

    private final int[] columns;
    private final long[] times;

    private ColumnTimes(int[] columns, long[] times) {
        this.columns = columns;
        this.times = times;
    }

    /**
     * Event time {@code times[i]} for column {@code columns[i]}. The arrays are copied.
     *
     * @param columns strictly ascending from 0
     */
    public static ColumnTimes of(int[] columns, long[] times) {
        if (columns.length != times.length) {
            throw new IllegalArgumentException("The %d columns have %d times.".formatted(columns.length, times.length));
        }
        int last = -1;
        for (int column : columns) {
            if (column <= last) {
                throw new IllegalArgumentException("The column (%d) must be above %d.".formatted(column, last));
            }
            last = column;
        }
        return columns.length == 0 ? NONE : new ColumnTimes(columns.clone(), times.clone());
    }

    public int size() {
        return columns.length;
    }

    public boolean isEmpty() {
        return columns.length == 0;
    }

    /** The i-th column; ascending. */
    public int column(int i) {
        return columns[i];
    }

    /** Event time of the i-th column. */
    public long time(int i) {
        return times[i];
    }

    /** The greatest of the times and this one. */
    public long latest(long time) {
        long latest = time;
        for (long columnTime : times) {
            latest = Math.max(latest, columnTime);
        }
        return latest;
    }

    /** Whether a write of this column at this time wins: at equal times the later record does. */
    boolean yieldsTo(int column, long time) {
        int at = Arrays.binarySearch(columns, column);
        return at < 0 || times[at] <= time;
    }

    /** Only the columns that were written after this time. */
    ColumnTimes after(long time) {
        int kept = 0;
        for (long columnTime : times) {
            kept += columnTime > time ? 1 : 0;
        }
        if (kept == times.length) {
            return this;
        }
        int[] keptColumns = new int[kept];
        long[] keptTimes = new long[kept];
        for (int i = 0, k = 0; i < times.length; i++) {
            if (times[i] > time) {
                keptColumns[k] = columns[i];
                keptTimes[k++] = times[i];
            }
        }
        return kept == 0 ? NONE : new ColumnTimes(keptColumns, keptTimes);
    }

    /** With the patch's columns at this time, where they win. */
    ColumnTimes with(FeaturePatch patch, long time) {
        int[] merged = new int[columns.length + patch.size()];
        long[] mergedTimes = new long[merged.length];
        int size = 0;
        for (int i = 0, k = 0; i < columns.length || k < patch.size(); size++) {
            int mine = i < columns.length ? columns[i] : Integer.MAX_VALUE;
            int its = k < patch.size() ? patch.column(k) : Integer.MAX_VALUE;
            merged[size] = Math.min(mine, its);
            mergedTimes[size] = mine < its ? times[i] : mine > its ? time : Math.max(times[i], time);
            i += mine <= its ? 1 : 0;
            k += its <= mine ? 1 : 0;
        }
        return new ColumnTimes(Arrays.copyOf(merged, size), Arrays.copyOf(mergedTimes, size));
    }

    /** When the column was written, or {@link PartitionGraph#NEVER} if not later than its node. */
    long timeOf(int column) {
        int at = Arrays.binarySearch(columns, column);
        return at < 0 ? PartitionGraph.NEVER : times[at];
    }

    /**
     * Both, of each column the later time; without those that the node's own register or its delete has overwritten.
     *
     * @param nodeTime of the node's register that has won
     * @param othersNode whether that register came with the others: at its time columns that are here stay, and of theirs those that came with it
     */
    ColumnTimes merged(ColumnTimes others, long nodeTime, boolean othersNode, long deleteTime) {
        if (isEmpty() && others.isEmpty()) {
            return NONE;
        }
        int[] union = IntStream.concat(Arrays.stream(columns), Arrays.stream(others.columns))
                .sorted()
                .distinct()
                .toArray();
        int[] kept = new int[union.length];
        long[] keptTimes = new long[union.length];
        int size = 0;
        for (int column : union) {
            long mine = timeOf(column);
            long its = others.timeOf(column);
            long time = Math.max(mine, its);
            // A column of the node's own time was written after it by the same writer; against another's node, what is
            // here stays.
            boolean later = time > nodeTime || time == nodeTime && (othersNode || mine == time);
            boolean deleted = time <= deleteTime && (othersNode || mine != time);
            if (later && !deleted) {
                kept[size] = column;
                keptTimes[size++] = time;
            }
        }
        return size == 0 ? NONE : new ColumnTimes(Arrays.copyOf(kept, size), Arrays.copyOf(keptTimes, size));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ColumnTimes that
                && Arrays.equals(columns, that.columns)
                && Arrays.equals(times, that.times);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(columns) + Arrays.hashCode(times);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < columns.length; i++) {
            text.append(i == 0 ? "" : ", ").append(columns[i]).append('@').append(times[i]);
        }
        return text.append('}').toString();
    }
}
