/**
 * How a set of neighbour sums is computed: what it may share, what that costs, and the contract of whoever computes it.
 *
 * <p>A {@link io.anabranch.graph.hag.Hag} says how sums are put together; an {@link io.anabranch.graph.hag.AggregationPlan} does
 * so. Invariant: every target of a graph covers exactly its row. The packages below, each of which knows only those before it:
 * <ul>
 *   <li>{@link io.anabranch.graph.hag.search} finds what rows share;
 *   <li>{@link io.anabranch.graph.hag.maintenance} keeps that up while the graph is edited;
 *   <li>{@link io.anabranch.graph.hag.live} does so for a replica by id, and for its snapshots;
 *   <li>{@link io.anabranch.graph.hag.pass} sums, directly or along what is shared;
 *   <li>{@link io.anabranch.graph.hag.choice} decides which of the two.
 * </ul>
 */
@NullMarked
package io.anabranch.graph.hag;

import org.jspecify.annotations.NullMarked;
