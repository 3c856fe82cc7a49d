package io.anabranch.stream.frozen;

import org.jspecify.annotations.Nullable;

/**
 * What one vertex makes of a layer's output, all by itself, before its row h_l stands: the outer map of an isomorphism layer (GIN), then the
 * step along depth, then the entry of the next stage where one begins; each only where the model has it. At level 0, where no layer is, the entry of the first
 * stage. Immutable; safe to share between threads.
 *
 * <p>Shapes: what comes in as y [rows, {@link #inputStride}]; h and c before [rows, {@link #strideBelow}], and after [rows, {@link #stride}].
 */
public final class LevelMap {
    private final int inputWidth;
    private final @Nullable RowMap outer;
    private final @Nullable DepthStep step;
    private final @Nullable StageEntry entry;
    private final int widthBelow;
    private final int width;

    /**
     * @param inputWidth of the layer's output, or of the features
     * @param widthBelow of the rows before, where there is a step
     */
    LevelMap(
            int inputWidth,
            @Nullable RowMap outer,
            @Nullable DepthStep step,
            int widthBelow,
            @Nullable StageEntry entry) {
        this.inputWidth = inputWidth;
        this.outer = outer;
        this.step = step;
        this.entry = entry;
        this.widthBelow = widthBelow;
        if (entry != null) {
            width = entry.map().outputWidth();
        } else if (step != null) {
            width = widthBelow;
        } else {
            width = outer == null ? inputWidth : outer.outputWidth();
        }
    }

    public @Nullable RowMap outer() {
        return outer;
    }

    public @Nullable DepthStep step() {
        return step;
    }

    public @Nullable StageEntry entry() {
        return entry;
    }

    public int inputWidth() {
        return inputWidth;
    }

    public int inputStride() {
        return Rows.stride(inputWidth);
    }

    /** Whether rows of the level below are read: there is a step. */
    public boolean readsBelow() {
        return step != null;
    }

    /** Whether hidden rows of the level below are read. */
    public boolean readsHiddenBelow() {
        return step != null && step.hasHidden();
    }

    public int strideBelow() {
        return Rows.stride(widthBelow);
    }

    /** Width of h_l, and of c_l where there is one. */
    public int width() {
        return width;
    }

    public int stride() {
        return Rows.stride(width);
    }

    /** Whether there is a c_l. */
    public boolean hasHidden() {
        return entry == null ? readsHiddenBelow() : entry.hasHidden();
    }

    /** Floats of the widest row on the way, but for what comes in. */
    int widest() {
        int widest = Math.max(strideBelow(), stride());
        return outer == null ? widest : Math.max(widest, outer.stride());
    }

    /** Puts h_l and c_l of the first rows in the place of h_{l-1} and c_{l-1}. */
    public void apply(DepthTile tile, int rows) {
        float[] y = tile.y;
        int ys = inputStride();
        if (outer != null) {
            outer.apply(y, ys, rows, tile.mapped);
            y = tile.mapped;
            ys = outer.stride();
        }
        if (step != null) {
            step.apply(y, ys, tile, rows);
            y = tile.h;
            ys = strideBelow();
        }
        if (entry != null) {
            // Without a step and with an outer map, y would be where the entry's map writes; no model has that.
            entry.apply(y, ys, tile, rows);
        } else if (step == null) {
            System.arraycopy(y, 0, tile.h, 0, rows * ys);
        }
    }
}
