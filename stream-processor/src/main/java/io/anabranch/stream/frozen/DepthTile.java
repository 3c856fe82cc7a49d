package io.anabranch.stream.frozen;

/**
 * The rows of a few vertices on their way through a {@link LevelMap}, and what it works with. Of one engine; not thread-safe.
 *
 * <p>Row i of an array begins at i times the stride that belongs to the map at work, see there.
 */
public final class DepthTile {
    /** Vertices at a time: as many as share the weights that are read. */
    public static final int SIZE = 16;

    /** What comes in: outputs of the layer; at level 0 encoded features; for {@link AllHops} the rows of a level. */
    public final float[] y;
    /** Visible rows. */
    public final float[] h;
    /** Hidden rows. */
    public final float[] c;

    final float[] mapped;
    final float[] gates;
    final float[] products;
    final float[] reset;

    /**
     * @param widestInput stride of the widest row that comes in
     * @param widest stride of the widest row of any other kind
     */
    DepthTile(int widestInput, int widest) {
        y = new float[SIZE * widestInput];
        h = new float[SIZE * widest];
        c = new float[SIZE * widest];
        mapped = new float[SIZE * widest];
        gates = new float[SIZE * LstmStep.GATES * widest];
        products = new float[SIZE * LstmStep.GATES * widest];
        reset = new float[SIZE * widest];
    }
}
