/**
 * The search for what rows of neighbours share.
 *
 * <p>{@link io.anabranch.graph.hag.search.HagSearch} finds shared sets, the result is
 * {@link io.anabranch.graph.hag.search.SharedSums}: all of them, and the plans that follow for a capacity and a lambda.
 * {@link io.anabranch.graph.hag.search.PrefixSharing} finds shared prefixes of ordered lists.
 */
@NullMarked
package io.anabranch.graph.hag.search;

import org.jspecify.annotations.NullMarked;
