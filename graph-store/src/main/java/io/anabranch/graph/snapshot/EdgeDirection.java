package io.anabranch.graph.snapshot;

/** Which edges of a vertex: those that lead to it, or those that lead away. */
public enum EdgeDirection {
    IN,
    OUT
}
