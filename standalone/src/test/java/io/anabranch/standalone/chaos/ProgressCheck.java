package io.anabranch.standalone.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every partition says that its embeddings reflect the last accepted event of every events partition. */
record ProgressCheck(int partitions) {

    private static final String CHECK = "progress";

    void check(EventLog log, CompactedTopic embeddings, Findings findings) {
        Map<Integer, List<Long>> positions = new HashMap<>();
        embeddings.forEachLive((key, live) -> {
            try {
                EmbeddingKey name = EmbeddingKey.parseFrom(key);
                if (name.hasProgressPartition()) {
                    positions.put(
                            name.getProgressPartition(),
                            EmbeddingRecord.parseFrom(live.value())
                                    .getProgress()
                                    .getPositionsList());
                }
            } catch (InvalidProtocolBufferException e) {
                findings.add(CHECK, "a record cannot be read: %s", e.getMessage());
            }
        });
        for (int p = 0; p < partitions; p++) {
            List<Long> of = positions.getOrDefault(p, List.of());
            int partition = p;
            log.lastAccepted().forEach((events, offset) -> {
                if (events >= of.size() || of.get(events) <= offset) {
                    findings.add(
                            CHECK,
                            "partition %d is at %s, but the last accepted event of partition %d has offset %d",
                            partition,
                            of,
                            events,
                            offset);
                }
            });
        }
        findings.compared(CHECK, partitions);
    }
}
