/** Kafka in and out: consumers that keep views current, producers for events and models. Usable without a container. */
@NullMarked
package io.anabranch.serve.feed;

import org.jspecify.annotations.NullMarked;
