package io.anabranch.serve.predict;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What queries must have in common to share a pass: the version, and what is made of each of its vectors.
 *
 * @param head whose logits a row is; null: the row is the vector
 * @param embeddings of the version
 */
record PassKind(long version, @Nullable FrozenHead head, Map<String, NodeVector> embeddings) {

    /** By version and head alone: the embeddings are the version's. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PassKind kind && version == kind.version && head == kind.head;
    }

    @Override
    public int hashCode() {
        return Objects.hash(version, System.identityHashCode(head));
    }

    /** Room for a row. */
    float[] scratch() {
        return new float[head == null ? 0 : head.outputs()];
    }

    /** @return {@code scratch}, or the vector's own array */
    float[] row(NodeVector vector, float[] scratch) {
        return head == null ? vector.values() : head.logits(vector.values(), scratch);
    }

    String label() {
        return head == null ? "similar" : "links";
    }
}
