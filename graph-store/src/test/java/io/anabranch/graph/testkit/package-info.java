/**
 * The test kit of the graph, published as this module's test-jar: seeded random graphs and event traces, the naive reference
 * that they are judged by, a one-line notation for graphs, and {@link io.anabranch.graph.testkit.Randomized}.
 *
 * <p>Nothing here uses the code that it tests, but for the vocabulary of facts.
 */
@NullMarked
package io.anabranch.graph.testkit;

import org.jspecify.annotations.NullMarked;
