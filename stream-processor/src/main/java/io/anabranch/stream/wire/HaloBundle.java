package io.anabranch.stream.wire;

import io.anabranch.halo.v1.Envelope;
import io.anabranch.halo.v1.HaloRecord;

/**
 * What one partition says to another, in order, until it becomes a record. A record costs Kafka and Kafka Streams the same on both
 * sides whether it holds one message or a hundred. Not thread-safe.
 */
public final class HaloBundle {

    /** Below the batch size of the producer, from which on it takes no memory from its pool. */
    static final int FULL_BYTES = 48 * 1024;

    private static final int FIELD_BYTES = 4;

    private final HaloRecord.Builder record = HaloRecord.newBuilder();
    private int bytes;

    public void add(Envelope envelope) {
        record.addEnvelopes(envelope);
        bytes += envelope.getSerializedSize() + FIELD_BYTES;
    }

    public boolean isEmpty() {
        return record.getEnvelopesCount() == 0;
    }

    /** Whether a further message of this size belongs into the next record. A greater one gets a record of its own. */
    public boolean isFullFor(Envelope envelope) {
        return !isEmpty() && bytes + envelope.getSerializedSize() + FIELD_BYTES > FULL_BYTES;
    }

    /** The record's value; the bundle is empty then. */
    public byte[] take() {
        byte[] value = record.build().toByteArray();
        record.clear();
        bytes = 0;
        return value;
    }
}
