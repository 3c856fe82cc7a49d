package io.anabranch.stream.propagation;

/**
 * How fresh an embedding is.
 *
 * @param acceptedTimeMs when the oldest event of the batch that made it was accepted
 * @param eventTimeMs greatest event time reflected
 * @param position next offset of this partition of the updates topic when it was made
 */
public record Freshness(long acceptedTimeMs, long eventTimeMs, long position) {}
