package io.anabranch.graph;

/**
 * Sizes of one partition's graph.
 *
 * @param ordinals vertices that are known, owned or halo
 * @param existing owned vertices that exist
 * @param halo halo vertices with a live edge
 * @param edges live edges
 * @param edgeRegisters edge registers, tombstones included
 * @param labels label registers, tombstones included
 * @param memoryBytes bytes of the graph's arrays, without strings and object headers
 */
public record GraphStatistics(
        int ordinals, int existing, int halo, int edges, int edgeRegisters, int labels, long memoryBytes) {}
