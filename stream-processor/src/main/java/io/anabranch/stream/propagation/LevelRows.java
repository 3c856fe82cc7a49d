package io.anabranch.stream.propagation;

/** The rows of one level, of owned vertices that exist. */
interface LevelRows {
    /** Writes the row of a vertex to {@code target[at .. at + width)}. */
    void copy(int vertex, float[] target, int at);
}
