package io.anabranch.stream.propagation;

/**
 * Which events are behind a batch.
 *
 * @param handedOn when they were accepted, for halo records
 * @param acceptedTimeMs when the oldest was accepted, for embeddings
 */
record FreshnessStamp(AcceptedTimes handedOn, long acceptedTimeMs) {}
