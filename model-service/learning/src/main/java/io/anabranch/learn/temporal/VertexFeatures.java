package io.anabranch.learn.temporal;

import java.util.SplittableRandom;

/**
 * What a vertex is whatever happens: [vertices, width]. Where nothing is known of vertices but who they are, random signs by number stand for
 * identity: nearly orthogonal for different vertices, and there for a vertex that comes tomorrow. Immutable.
 */
public final class VertexFeatures {

    private final int width;
    private final float[] values;

    private VertexFeatures(int width, float[] values) {
        this.width = width;
        this.values = values;
    }

    /** Given features, row after row; the array is copied. */
    public static VertexFeatures of(int width, float[] values) {
        if (width < 1 || values.length % width != 0) {
            throw new IllegalArgumentException(
                    "The number of values (%d) must be that of vertices times the width (%d)."
                            .formatted(values.length, width));
        }
        return new VertexFeatures(width, values.clone());
    }

    /** Random signs, a function of seed and vertex number. */
    public static VertexFeatures identities(int vertices, int width, long seed) {
        float[] values = new float[Math.multiplyExact(vertices, width)];
        Draws draws = new Draws(seed);
        for (int v = 0; v < vertices; v++) {
            SplittableRandom random = new SplittableRandom(draws.bits(v, width));
            for (int i = 0; i < width; i++) {
                values[v * width + i] = random.nextBoolean() ? 1 : -1;
            }
        }
        return new VertexFeatures(width, values);
    }

    public int vertices() {
        return values.length / width;
    }

    public int width() {
        return width;
    }

    /** Copies a vertex's row into the array. */
    void write(int vertex, float[] target, int offset) {
        System.arraycopy(values, vertex * width, target, offset, width);
    }
}
