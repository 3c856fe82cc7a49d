/** Rows of floats in flat blocks, one width for all; knows rows only, no vertices. Not thread-safe; for the graph's one writer. */
@NullMarked
package io.anabranch.graph.feature;

import org.jspecify.annotations.NullMarked;
