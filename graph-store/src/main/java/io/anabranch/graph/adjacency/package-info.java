/**
 * Edges as flat primitive arrays: registers by slot, found by an edge hash, and the live ones in slack pools by vertex.
 *
 * <p>Knows ordinals only, no strings and no rules. Not thread-safe; for the graph's one writer.
 */
@NullMarked
package io.anabranch.graph.adjacency;

import org.jspecify.annotations.NullMarked;
