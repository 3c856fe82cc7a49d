package io.anabranch.serve.predict;

/** What one query makes of a pass over embeddings. One thread at a time. */
interface PassQuery<T> {

    /**
     * The next vertex.
     *
     * @param row what the pass has made of the vector for all its queries; belongs to the pass and changes with the next vertex
     */
    void see(String id, NodeVector vector, float[] row);

    /** After the last vertex. */
    T result();
}
