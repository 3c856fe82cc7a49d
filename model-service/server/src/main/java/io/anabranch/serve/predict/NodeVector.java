package io.anabranch.serve.predict;

import java.util.Arrays;

/** An embedding with its freshness. The array is shared inside this package and never changed; outside, copies. */
public final class NodeVector {

    private final float[] values;
    private final NodeFreshness freshness;
    private final long offset;

    /**
     * @param values is kept, not copied: the caller gives it up
     * @param offset where its record lies in the freshness's partition of the embeddings topic
     */
    public NodeVector(float[] values, NodeFreshness freshness, long offset) {
        this.values = values;
        this.freshness = freshness;
        this.offset = offset;
    }

    /** One that was read from no topic. */
    public NodeVector(float[] values, NodeFreshness freshness) {
        this(values, freshness, 0);
    }

    /** Where its record lies in the freshness's partition of the embeddings topic; 0 where it was read from none. */
    public long offset() {
        return offset;
    }

    float[] values() {
        return values;
    }

    public int width() {
        return values.length;
    }

    public float value(int column) {
        return values[column];
    }

    /** Whether both say the same, to the bit, however fresh they are. */
    public boolean hasValuesOf(NodeVector other) {
        return Arrays.equals(values, other.values);
    }

    public NodeFreshness freshness() {
        return freshness;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodeVector v && Arrays.equals(values, v.values) && freshness.equals(v.freshness);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(values) + freshness.hashCode();
    }

    @Override
    public String toString() {
        return Arrays.toString(values) + " " + freshness;
    }
}
