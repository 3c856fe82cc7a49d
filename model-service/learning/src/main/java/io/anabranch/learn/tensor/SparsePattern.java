package io.anabranch.learn.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a matrix [rows, columns] are stored: compressed sparse rows. Row r's entries are
 * {@code starts[r] .. starts[r + 1] - 1}, entry e lies in column {@code indices[e]}; a column may occur twice in a row
 * (parallel edges). As a graph: row = the vertex that receives, column = its neighbour. Immutable; the arrays given are
 * kept, not copied, and must not change.
 *
 * <p>Takes 4 bytes per row and per entry, and as much again plus 4 bytes per entry once it has been transposed.
 */
public final class SparsePattern {

    private final int rows;
    private final int columns;
    private final int[] starts;
    private final int[] indices;
    private @Nullable SparsePattern transposed;
    private int @Nullable [] transposedEntries;

    public SparsePattern(int rows, int columns, int[] starts, int[] indices) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("The shape [%d, %d] must not be negative.".formatted(rows, columns));
        }
        if (starts.length != rows + 1 || starts[0] != 0 || starts[rows] != indices.length) {
            throw new IllegalArgumentException(
                    "The row starts (%d values) of %d entries do not fit %d rows: they must go from 0 to the number of entries."
                            .formatted(starts.length, indices.length, rows));
        }
        for (int r = 0; r < rows; r++) {
            if (starts[r + 1] < starts[r]) {
                throw new IllegalArgumentException(
                        "The row (%d) ends before it starts (%d, %d).".formatted(r, starts[r + 1], starts[r]));
            }
        }
        for (int e = 0; e < indices.length; e++) {
            if (indices[e] < 0 || indices[e] >= columns) {
                throw new IllegalArgumentException("The column (%d) of entry (%d) is outside the shape [%d, %d]."
                        .formatted(indices[e], e, rows, columns));
            }
        }
        this.rows = rows;
        this.columns = columns;
        this.starts = starts;
        this.indices = indices;
    }

    /** A pattern with one entry per pair (row, column), ordered by row; within a row the order of the pairs is kept. */
    public static SparsePattern ofPairs(int rows, int columns, int[] rowOf, int[] columnOf) {
        if (rowOf.length != columnOf.length) {
            throw new IllegalArgumentException(
                    "The rows (%d) and columns (%d) must be pairs.".formatted(rowOf.length, columnOf.length));
        }
        int[] starts = new int[rows + 1];
        for (int row : rowOf) {
            if (row < 0 || row >= rows) {
                throw new IllegalArgumentException("The row (%d) is outside the %d rows.".formatted(row, rows));
            }
            starts[row + 1]++;
        }
        for (int r = 0; r < rows; r++) {
            starts[r + 1] += starts[r];
        }
        int[] next = Arrays.copyOf(starts, rows);
        int[] indices = new int[columnOf.length];
        for (int e = 0; e < rowOf.length; e++) {
            indices[next[rowOf[e]]++] = columnOf[e];
        }
        return new SparsePattern(rows, columns, starts, indices);
    }

    public int rows() {
        return rows;
    }

    public int columns() {
        return columns;
    }

    /** The number of stored entries. */
    public int entries() {
        return indices.length;
    }

    public int start(int row) {
        return starts[row];
    }

    public int column(int entry) {
        return indices[entry];
    }

    /** The same entries with rows and columns exchanged; made once, then kept. */
    public SparsePattern transposed() {
        SparsePattern result = transposed;
        if (result == null) {
            result = transpose();
            transposed = result;
        }
        return result;
    }

    /** For messages: {@code [rows, columns] with n entries}. */
    @Override
    public String toString() {
        return "[%d, %d] with %d entries".formatted(rows, columns, indices.length);
    }

    int[] starts() {
        return starts;
    }

    int[] indices() {
        return indices;
    }

    /** Entry e of the transposed pattern is entry {@code transposedEntries()[e]} of this one. Shared: do not change it. */
    public int[] transposedEntries() {
        transposed();
        int[] entries = transposedEntries;
        if (entries == null) {
            throw new IllegalStateException("The pattern (%s) has no transposed entries.".formatted(this));
        }
        return entries;
    }

    private SparsePattern transpose() {
        int[] otherStarts = new int[columns + 1];
        for (int column : indices) {
            otherStarts[column + 1]++;
        }
        for (int c = 0; c < columns; c++) {
            otherStarts[c + 1] += otherStarts[c];
        }
        int[] next = Arrays.copyOf(otherStarts, columns);
        int[] otherIndices = new int[indices.length];
        int[] from = new int[indices.length];
        int[] back = new int[indices.length];
        for (int r = 0; r < rows; r++) {
            for (int e = starts[r]; e < starts[r + 1]; e++) {
                int to = next[indices[e]]++;
                otherIndices[to] = r;
                from[to] = e;
                back[e] = to;
            }
        }
        SparsePattern other = new SparsePattern(columns, rows, otherStarts, otherIndices);
        other.transposed = this;
        other.transposedEntries = back;
        transposedEntries = from;
        return other;
    }
}
