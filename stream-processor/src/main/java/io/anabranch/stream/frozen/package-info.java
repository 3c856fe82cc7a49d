/**
 * A trained model as frozen float[] kernels: decoded once from a snapshot, immutable, shared by all partitions.
 *
 * <p>Rows are padded with zeros to {@link io.anabranch.stream.frozen.Rows#stride}, so that the vector kernels have no
 * tails. Every kernel gives the same bits for a row whatever batch it is part of: an unchanged input row means a bitwise
 * unchanged output row, which is what stops propagation early.
 */
@NullMarked
package io.anabranch.stream.frozen;

import org.jspecify.annotations.NullMarked;
