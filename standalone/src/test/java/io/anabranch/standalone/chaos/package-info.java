/**
 * The whole system as real processes on one machine, under load, while they are killed, paused, restarted and joined by
 * others; then a comparison of everything that they wrote with what the acknowledged events say.
 *
 * <p>Two halves that know nothing of each other: what makes trouble ({@code ChaosIT}, {@code FaultInjector}, processes,
 * load) and what judges ({@code Verifier} and its checks), which sees only a {@code Ledger} and a {@code Recording}. The
 * judging half shares no code with the stream processor: it folds protobuf events and multiplies matrices in double
 * precision with maps and plain loops. docs/testing.md says how to run it and what it proves.
 */
@NullMarked
package io.anabranch.standalone.chaos;

import org.jspecify.annotations.NullMarked;
