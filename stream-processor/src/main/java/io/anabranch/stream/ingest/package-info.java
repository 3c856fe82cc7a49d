/**
 * The door: bytes of the topic {@code anabranch.events} become normalised updates or a rejection with a reason.
 *
 * <p>A bad event is a value here ({@link io.anabranch.stream.ingest.Ingested.Rejected}), never an exception, and what
 * comes out is a function of the Kafka record and the configuration alone: no clock, no state.
 */
@NullMarked
package io.anabranch.stream.ingest;

import org.jspecify.annotations.NullMarked;
