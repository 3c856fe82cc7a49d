/**
 * Durable state of one partition in one Kafka Streams key-value store: the byte layout of keys and values, and the
 * write-through journal that the propagation engine writes and reads back after a restart.
 *
 * <p>The store is written while records are processed and scanned once at start; the registers in memory are what the
 * engine reads. Live facts go to the topic {@code anabranch.graph} as they change.
 */
@NullMarked
package io.anabranch.stream.state;

import org.jspecify.annotations.NullMarked;
