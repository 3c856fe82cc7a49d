/**
 * Learning from a graph's stream of timed edges: which edge comes next, and in which state a vertex is.
 *
 * <p>One rule holds throughout: what is said about an event at time t rests on events before t alone. Events of one time do not see each
 * other, whatever their order in the source.
 */
@NullMarked
package io.anabranch.learn.temporal;

import org.jspecify.annotations.NullMarked;
