package io.anabranch.graph;

/** Where an edge comes from. */
public enum Provenance {
    /** A producer said so. */
    OBSERVED,
    /** Structure learning proposed it. */
    LEARNED
}
