/**
 * The dynamic attributed graph of one partition: last-writer-wins registers, adjacency, features, and the net effect of a batch.
 *
 * <p>Outside names are strings (vertex ids, edge types, tasks); inside, a vertex is a dense {@code int} ordinal that is never
 * reused while the graph is open. A partition holds the vertices that hash to it and their in-edges; a source that it does not
 * own is a <em>halo</em> vertex. One writer per graph: the task of the partition.
 *
 * <p>Invariants. (1) Every stored weight is live: an edge that a node delete contradicts is a tombstone, in memory and in the
 * journal. (2) The state depends on the registers alone, never on the order in which its parts met. (3) What changed since the
 * last drain is known as a net effect: what was undone within one batch does not show.
 */
@NullMarked
package io.anabranch.graph;

import org.jspecify.annotations.NullMarked;
