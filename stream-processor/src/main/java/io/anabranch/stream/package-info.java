/**
 * The stream processor's wiring: configuration, the topology as a pure function, and the life of its Kafka Streams
 * instance (topics, models, restore, health, metrics).
 *
 * <p>From outside, {@link io.anabranch.stream.StreamConfig} and {@link io.anabranch.stream.StreamRuntime} are all that is
 * needed; inside Quarkus {@link io.anabranch.stream.StreamProcessorLifecycle} runs one runtime from the configuration.
 */
@NullMarked
package io.anabranch.stream;

import org.jspecify.annotations.NullMarked;
