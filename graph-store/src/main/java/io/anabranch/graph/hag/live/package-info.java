/**
 * The computation graphs of a graph that is kept by id: which vertex is which number, and the graph of a snapshot at any moment.
 *
 * <p>{@link io.anabranch.graph.hag.live.KeptHags} watches a replica. Invariant: what it gives for a snapshot of that replica covers
 * the rows of that snapshot, and nothing else.
 */
@NullMarked
package io.anabranch.graph.hag.live;

import org.jspecify.annotations.NullMarked;
