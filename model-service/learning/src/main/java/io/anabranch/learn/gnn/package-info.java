/**
 * Message passing: graph convolutions over the in-edges of a snapshot, and the encoder that a {@code ModelSpec}
 * describes.
 *
 * <p>Everything is indexed by the ordinal of a vertex in its snapshot. Sums run in the order of the in-edge lists, so a
 * result depends on the input alone. {@link io.anabranch.learn.gnn.GnnEncoder} is what is trained, on a tape;
 * {@link io.anabranch.learn.gnn.ForwardPass} computes the same embeddings from finished weights on plain float arrays.
 */
@NullMarked
package io.anabranch.learn.gnn;

import org.jspecify.annotations.NullMarked;
