package io.anabranch.learn.gnn;

/** A row of {@code width} floats for each of n vertices, by ordinal. Immutable. */
public final class Embeddings {

    private final int width;
    private final float[] values;

    Embeddings(int width, float[] values) {
        this.width = width;
        this.values = values;
    }

    public int vertices() {
        return values.length / width;
    }

    public int width() {
        return width;
    }

    public float value(int vertex, int column) {
        return values[vertex * width + column];
    }

    public void copyInto(int vertex, float[] target, int offset) {
        System.arraycopy(values, vertex * width, target, offset, width);
    }

    /** All rows, one after the other; a copy. */
    public float[] toArray() {
        return values.clone();
    }

    float[] shared() {
        return values;
    }
}
