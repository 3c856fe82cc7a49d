package io.anabranch.stream.propagation;

/**
 * A halo message with its sender.
 *
 * @param from the sending partition
 * @param epoch the sender's incarnation; grows with every start
 * @param acceptedTimeMs when the oldest event behind this message was accepted
 * @param eventTimeMs greatest event time that this message reflects
 */
public record HaloEnvelope(int from, long epoch, long acceptedTimeMs, long eventTimeMs, HaloMessage message) {
    public HaloEnvelope {
        if (from < 0) {
            throw new IllegalArgumentException("The sending partition (%d) must not be negative.".formatted(from));
        }
    }
}
