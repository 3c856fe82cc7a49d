package io.anabranch.serve.predict;

import java.util.Arrays;

/** An embedding with its freshness. The array is shared inside this package and never changed; outside, copies. */
public final class NodeVector {

    private final float[] values;
    private final NodeFreshness freshness;

    /** @param values is kept, not copied: the caller gives it up */
    public NodeVector(float[] values, NodeFreshness freshness) {
        this.values = values;
        this.freshness = freshness;
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
