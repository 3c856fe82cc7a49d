package io.anabranch.stream.propagation;

/**
 * Where an input record comes from in time.
 *
 * @param acceptedTimeMs when the event was accepted (record time)
 * @param eventTimeMs event time of the record
 * @param position next offset in this partition of the updates topic; for a halo record the one known so far
 */
public record PartitionInput(long acceptedTimeMs, long eventTimeMs, long position) {}
