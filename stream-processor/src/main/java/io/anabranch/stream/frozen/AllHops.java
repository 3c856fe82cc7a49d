package io.anabranch.stream.frozen;

import java.util.List;

/**
 * The embedding as a linear map of every level (Xu et al., ICML 2021), {@code sum over l = 0 .. L of h_l W_l + b}. Immutable; safe to share
 * between threads.
 *
 * <p>Shapes: W_l [width of h_l, stride], b [stride].
 */
public final class AllHops {
    private final List<RowMap> maps;
    private final int width;
    private final int stride;

    /** @param maps by level, all without activation; the bias is that of level 0 */
    AllHops(List<RowMap> maps) {
        this.maps = List.copyOf(maps);
        width = maps.getFirst().outputWidth();
        stride = Rows.stride(width);
    }

    /** Width of the embedding. */
    public int width() {
        return width;
    }

    public int stride() {
        return stride;
    }

    /** The map of a level, for checks; level 0 has the bias of all. */
    public RowMap map(int level) {
        return maps.get(level);
    }

    /**
     * Adds {@code h_l W_l} to the tile's h, [rows, stride]; level 0 begins it.
     *
     * @param tile its y are rows of h_l that begin {@code ys} floats apart
     */
    public void add(int level, int ys, DepthTile tile, int rows) {
        if (level == 0) {
            maps.getFirst().apply(tile.y, ys, rows, tile.h);
            return;
        }
        maps.get(level).apply(tile.y, ys, rows, tile.mapped);
        for (int i = 0; i < rows; i++) {
            Rows.add(tile.mapped, i * stride, tile.h, i * stride, stride);
        }
    }
}
