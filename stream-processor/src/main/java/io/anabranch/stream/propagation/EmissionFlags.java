package io.anabranch.stream.propagation;

/** Why the VALUE of a vertex waits to be sent; reasons are united by a bitwise or. Without any it goes to those who hold nothing. */
final class EmissionFlags {
    /** The vertex was deleted: every subscriber must hear of it. */
    static final int DELETED = 1;
    /** Something changed: every subscriber must hear of it. */
    static final int CHANGED = 2;

    static final int MOST_LAYERS = 28;
    /** Bit l for layer l, as {@link #layers} hands it out. */
    static final int ALL_LAYERS = (1 << MOST_LAYERS) - 1;

    private EmissionFlags() {}

    /** The layers in this set have changed. */
    static int changed(int layers) {
        return CHANGED | layers << 2;
    }

    static int layers(int flags) {
        return flags >>> 2;
    }
}
