/**
 * What vertices did: their edge events in order, kept as they come, and how a step is told to a recurrent cell. Knows no model; trainer and stream
 * processor both read steps through it, so that they see the same.
 */
@NullMarked
package io.anabranch.graph.history;

import org.jspecify.annotations.NullMarked;
