/** Immutable graphs for training: compressed sparse rows, their codec, the replica that they are taken from, and data-set folders. */
@NullMarked
package io.anabranch.graph.snapshot;

import org.jspecify.annotations.NullMarked;
