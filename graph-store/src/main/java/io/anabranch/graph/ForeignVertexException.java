package io.anabranch.graph;

/** A partition was given what another one owns: by a wrong route, or in a state that was written when ids were hashed otherwise. */
public final class ForeignVertexException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    ForeignVertexException(String vertexId, Ownership ownership) {
        super("The vertex (%s) is owned by partition %d, not by this one (%d)."
                .formatted(vertexId, ownership.ownerOf(vertexId), ownership.partition()));
    }
}
