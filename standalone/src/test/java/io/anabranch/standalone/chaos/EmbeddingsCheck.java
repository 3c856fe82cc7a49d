package io.anabranch.standalone.chaos;

import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.embedding.v1.EmbeddingKey;
import io.anabranch.embedding.v1.EmbeddingRecord;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The embeddings topic, compacted: under every live version exactly the vertices of the final graph, in their owners'
 * partitions, each with its value; and every partition has said, in its last incarnation, that it is covered.
 */
record EmbeddingsCheck(int partitions) {

    private static final String CHECK = "embeddings";
    private static final String COVERAGE = "coverage";

    /** @param expected embeddings by live version and vertex */
    void check(Map<Long, Map<String, double[]>> expected, CompactedTopic topic, Findings findings) {
        Map<Long, Map<String, List<Float>>> actual = new TreeMap<>();
        Map<Long, Map<Integer, Long>> coverage = new HashMap<>();
        long[] epochs = new long[partitions];
        topic.forEachLive((key, live) -> {
            try {
                EmbeddingKey name = EmbeddingKey.parseFrom(key);
                EmbeddingRecord record = EmbeddingRecord.parseFrom(live.value());
                epochs[live.partition()] = Math.max(epochs[live.partition()], record.getEpoch());
                if (name.hasVertexId()) {
                    if (Owners.of(name.getVertexId(), partitions) != live.partition()) {
                        findings.add(CHECK, "%s lies in partition %d", name.getVertexId(), live.partition());
                    }
                    actual.computeIfAbsent(name.getModelVersion(), v -> new TreeMap<>())
                            .put(name.getVertexId(), record.getEmbedding().getVectorList());
                } else if (record.hasCoverage()) {
                    coverage.computeIfAbsent(name.getModelVersion(), v -> new HashMap<>())
                            .put(name.getPartition(), record.getEpoch());
                }
            } catch (InvalidProtocolBufferException e) {
                findings.add(CHECK, "a record cannot be read: %s", e.getMessage());
            }
        });
        expected.forEach((version, rows) -> {
            compare(version, rows, actual.getOrDefault(version, Map.of()), findings);
            covered(version, coverage.getOrDefault(version, Map.of()), epochs, findings);
        });
    }

    private static void compare(
            long version, Map<String, double[]> expected, Map<String, List<Float>> actual, Findings findings) {
        expected.forEach((vertex, row) -> {
            List<Float> vector = actual.get(vertex);
            if (vector == null) {
                findings.add(CHECK, "version %d: %s is missing", version, vertex);
                return;
            }
            double error = Verifier.error(vector, row);
            findings.error(error);
            if (error > Verifier.TOLERANCE) {
                findings.add(
                        CHECK,
                        "version %d: %s is %s, not %s (relative error %.1e)",
                        version,
                        vertex,
                        vector,
                        Arrays.toString(row),
                        error);
            }
        });
        for (String vertex : actual.keySet()) {
            if (!expected.containsKey(vertex)) {
                findings.add(CHECK, "version %d: %s is not in the graph", version, vertex);
            }
        }
        findings.compared(CHECK, expected.size());
    }

    private void covered(long version, Map<Integer, Long> coverage, long[] epochs, Findings findings) {
        for (int p = 0; p < partitions; p++) {
            if (Objects.requireNonNullElse(coverage.get(p), -1L) < epochs[p]) {
                findings.add(
                        COVERAGE,
                        "version %d, partition %d: covered in epoch %s, but the last one is %d",
                        version,
                        p,
                        coverage.get(p),
                        epochs[p]);
            }
        }
        findings.compared(COVERAGE, partitions);
    }
}
