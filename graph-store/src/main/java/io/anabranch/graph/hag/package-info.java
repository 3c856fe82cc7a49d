/**
 * How a set of neighbour sums is computed: aggregation plans over plain arrays, and the search for what sums share.
 *
 * <p>{@link io.anabranch.graph.hag.HagSearch} (sets) and {@link io.anabranch.graph.hag.PrefixSharing} (ordered lists) find what
 * rows share; a {@link io.anabranch.graph.hag.Hag} says how to compute them with it; {@link io.anabranch.graph.hag.HagPlanner}
 * whether that is worth it. Invariant: every target of a graph covers exactly its row.
 */
@NullMarked
package io.anabranch.graph.hag;

import org.jspecify.annotations.NullMarked;
