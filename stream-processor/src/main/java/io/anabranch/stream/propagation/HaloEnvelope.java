package io.anabranch.stream.propagation;

/**
 * A halo message with its sender.
 *
 * @param from the sending partition
 * @param epoch the sender's incarnation; grows with every start
 * @param accepted when the oldest events behind this message were accepted
 * @param eventTimeMs greatest event time that this message reflects
 */
public record HaloEnvelope(int from, long epoch, AcceptedTimes accepted, long eventTimeMs, HaloMessage message) {
    public HaloEnvelope {
        if (from < 0) {
            throw new IllegalArgumentException("The sending partition (%d) must not be negative.".formatted(from));
        }
    }
}
