/**
 * Passes of neighbour sums over plain arrays, forward and transposed.
 *
 * <p>{@link io.anabranch.graph.hag.pass.DirectPlan} adds up each row by itself,
 * {@link io.anabranch.graph.hag.pass.HagPlan} goes along a computation graph; both run the same vector kernels.
 * {@link io.anabranch.graph.hag.pass.ReadingSteps} orders the reading of sequences that share prefixes.
 */
@NullMarked
package io.anabranch.graph.hag.pass;

import org.jspecify.annotations.NullMarked;
