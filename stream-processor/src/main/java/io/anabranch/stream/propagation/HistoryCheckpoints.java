package io.anabranch.stream.propagation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The checkpoints of all versions: those of the life before until their engine starts, and the way to the store. */
final class HistoryCheckpoints {
    private final PartitionState state;
    private final Map<Long, Map<String, HistoryCheckpoint>> restored = new HashMap<>();

    HistoryCheckpoints(PartitionState state) {
        this.state = state;
    }

    void restore(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
        restored.computeIfAbsent(modelVersion, version -> new HashMap<>()).put(vertexId, checkpoint);
    }

    /** What the life before had stored of a version, by vertex; its engine is told once. */
    Map<String, HistoryCheckpoint> take(long modelVersion) {
        Map<String, HistoryCheckpoint> taken = restored.remove(modelVersion);
        return taken == null ? Map.of() : taken;
    }

    void store(long modelVersion, String vertexId, HistoryCheckpoint checkpoint) {
        state.putHistory(modelVersion, vertexId, checkpoint);
    }

    void forget(long modelVersion, String vertexId) {
        state.putHistory(modelVersion, vertexId, null);
    }

    /** Forgets what no engine has taken. */
    void retire(Set<Long> modelVersions) {
        for (long version : modelVersions) {
            take(version).keySet().forEach(id -> forget(version, id));
        }
    }
}
