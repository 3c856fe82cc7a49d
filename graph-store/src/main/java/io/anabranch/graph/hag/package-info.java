/** How a set of neighbour sums is computed: aggregation plans over plain arrays. */
@NullMarked
package io.anabranch.graph.hag;

import org.jspecify.annotations.NullMarked;
