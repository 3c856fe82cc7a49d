/**
 * Multiplication of whole numbers that can be undone bit by bit, for whoever keeps a state in fixed point and must go back: the trainer, which goes back through
 * layers and steps, and the stream processor, which takes events back.
 */
@NullMarked
package io.anabranch.graph.reversible;

import org.jspecify.annotations.NullMarked;
