package io.anabranch.standalone.chaos;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The last record of every key of a topic, and the value before it, which negative controls bring back. One thread. */
final class CompactedTopic {

    private final Map<ByteString, Latest> latest = new HashMap<>();
    private long records;

    /**
     * Newest state of a key.
     *
     * @param value null: a tombstone
     * @param before the last value that differs from this one; null where there was none
     */
    record Latest(
            int partition,
            @Nullable ByteString value,
            @Nullable ByteString before) {}

    void put(int partition, ByteString key, @Nullable ByteString value) {
        records++;
        latest.merge(key, new Latest(partition, value, null), (old, next) -> {
            ByteString before = old.value != null && !old.value.equals(value) ? old.value : old.before;
            return new Latest(partition, value, before);
        });
    }

    boolean has(ByteString key) {
        return latest.containsKey(key);
    }

    /** Records put so far, those that others replaced included. */
    long records() {
        return records;
    }

    /** Visits every key whose last record has a value. */
    void forEachLive(BiConsumer<ByteString, LiveValue> visitor) {
        latest.forEach((key, last) -> {
            if (last.value != null) {
                visitor.accept(key, new LiveValue(last.partition, last.value, last.before));
            }
        });
    }

    record LiveValue(
            int partition, ByteString value, @Nullable ByteString before) {}

    CompactedTopic copy() {
        CompactedTopic copy = new CompactedTopic();
        copy.latest.putAll(latest);
        copy.records = records;
        return copy;
    }
}
