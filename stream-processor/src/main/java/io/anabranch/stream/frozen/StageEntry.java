package io.anabranch.stream.frozen;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a stage begins: a map of what came before, {@code x}, makes its first rows, {@code h = act(x W + b)}. Gated stages (GRU, LSTM)
 * then take one step of their cell from a zero state; where there is a hidden row otherwise, it begins as zero or as a map of h.
 * Immutable; safe to share between threads.
 */
public final class StageEntry {
    private final RowMap map;
    private final @Nullable DepthStep first;
    private final boolean hasHidden;
    private final @Nullable RowMap hidden;

    private StageEntry(RowMap map, @Nullable DepthStep first, boolean hasHidden, @Nullable RowMap hidden) {
        this.map = map;
        this.first = first;
        this.hasHidden = hasHidden;
        this.hidden = hidden;
    }

    /** Of a stage without hidden rows and without gates. */
    static StageEntry visible(RowMap map) {
        return new StageEntry(map, null, false, null);
    }

    /** With a first step from a zero state. */
    static StageEntry gated(RowMap map, DepthStep first) {
        return new StageEntry(map, first, first.hasHidden(), null);
    }

    /** With a hidden row that begins as a map of h, or as zero where there is none. */
    static StageEntry hidden(RowMap map, @Nullable RowMap hidden) {
        return new StageEntry(map, null, true, hidden);
    }

    public RowMap map() {
        return map;
    }

    /** The step from a zero state, if there is one. */
    public @Nullable DepthStep first() {
        return first;
    }

    public boolean hasHidden() {
        return hasHidden;
    }

    /** The map from h to c, if c doesn't begin as zero or by {@link #first}. */
    public @Nullable RowMap hidden() {
        return hidden;
    }

    /** Makes h and c of the tile, [rows, stride]; x may be one of them. */
    void apply(float[] x, int xs, DepthTile tile, int rows) {
        int floats = rows * map.stride();
        map.apply(x, xs, rows, tile.mapped);
        if (first != null) {
            Arrays.fill(tile.h, 0, floats, 0f);
            Arrays.fill(tile.c, 0, floats, 0f);
            first.apply(tile.mapped, map.stride(), tile, rows);
            return;
        }
        System.arraycopy(tile.mapped, 0, tile.h, 0, floats);
        if (hidden != null) {
            hidden.apply(tile.h, map.stride(), rows, tile.c);
        } else if (hasHidden) {
            Arrays.fill(tile.c, 0, floats, 0f);
        }
    }
}
