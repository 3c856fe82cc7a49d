package io.anabranch.stream.propagation;

/**
 * Where an input record comes from in time.
 *
 * @param acceptedTimeMs when the event was accepted (record time)
 * @param eventTimeMs event time of the record
 * @param position next offset in this partition of the updates topic; for a halo record the one known so far
 * @param haloOffset offset of a halo record in its partition; {@link #NOT_HALO} for an update
 */
public record PartitionInput(long acceptedTimeMs, long eventTimeMs, long position, long haloOffset) {
    public static final long NOT_HALO = -1;

    /** Of an update. */
    public PartitionInput(long acceptedTimeMs, long eventTimeMs, long position) {
        this(acceptedTimeMs, eventTimeMs, position, NOT_HALO);
    }
}
