package io.anabranch.graph.adjacency;

/** How arrays grow: by half, which keeps the amortised copy per element at 3 and the slack at a third. */
public final class Growth {

    private static final int GREATEST = Integer.MAX_VALUE - 8;

    private Growth() {}

    /**
     * The next capacity after {@code capacity} that holds {@code needed}.
     *
     * @throws IllegalStateException if no Java array is that long
     */
    public static int next(int capacity, int needed) {
        return next(capacity, needed, 1);
    }

    /** The same in entries of {@code numbers} array elements each. */
    public static int next(int capacity, int needed, int numbers) {
        int greatest = GREATEST / numbers;
        if (needed < 0 || needed > greatest) {
            throw new IllegalStateException(
                    "A partition cannot hold more than %d entries in one array.".formatted(greatest)
                            + "\nMaybe spread the graph over more partitions.");
        }
        long grown = (long) capacity + (capacity >> 1);
        return (int) Math.min(greatest, Math.max(grown, needed));
    }
}
