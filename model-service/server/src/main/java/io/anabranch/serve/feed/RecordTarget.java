package io.anabranch.serve.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Where a feed's records go. Called by the feed's thread only. */
interface RecordTarget {

    /** Once, before the first record. */
    default void begin(int partitions) {}

    /**
     * Takes one record.
     *
     * @param live appended after the feed started
     * @throws InvalidProtocolBufferException when it is not of the vocabulary; it is counted and left out
     */
    void accept(ConsumerRecord<byte[], byte[]> record, boolean live) throws InvalidProtocolBufferException;
}
