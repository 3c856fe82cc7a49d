package io.anabranch.standalone.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The versions that were ever published, from the log of the models topic, and which of them are live at its end. */
final class ModelsTopic {

    private final Map<Long, ModelManifest> manifests = new TreeMap<>();
    private final Map<ChunkKey, ByteString> chunks = new HashMap<>();

    private ModelsTopic() {}

    static ModelsTopic of(List<LogRecord> records) {
        ModelsTopic topic = new ModelsTopic();
        try {
            for (LogRecord record : records) {
                topic.take(record);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The models topic holds what is no model.", e);
        }
        return topic;
    }

    private void take(LogRecord record) throws InvalidProtocolBufferException {
        ModelKey key = ModelKey.parseFrom(Objects.requireNonNull(record.key()));
        if (record.value() == null) {
            // A retired version gives up its chunks; answers that it gave before are still to be judged.
            return;
        }
        if (key.hasChunk()) {
            chunks.put(key.getChunk(), ModelChunk.parseFrom(record.value()).getData());
        } else if (key.hasManifest()) {
            manifests.put(key.getManifest(), ModelManifest.parseFrom(record.value()));
        }
    }

    /** Versions that keep embeddings. */
    List<ModelSnapshot> live() {
        return snapshots(false);
    }

    /** Versions that once had embeddings or have them still. */
    List<ModelSnapshot> all() {
        return snapshots(true);
    }

    private List<ModelSnapshot> snapshots(boolean retiredToo) {
        List<ModelSnapshot> snapshots = new ArrayList<>();
        for (ModelManifest manifest : manifests.values()) {
            if (retiredToo || !manifest.getRetired()) {
                snapshots.add(snapshot(manifest));
            }
        }
        return snapshots;
    }

    private ModelSnapshot snapshot(ModelManifest manifest) {
        ByteString bytes = ByteString.EMPTY;
        for (int index = 0; index < manifest.getChunks(); index++) {
            ChunkKey key = ChunkKey.newBuilder()
                    .setVersion(manifest.getVersion())
                    .setIndex(index)
                    .build();
            bytes = bytes.concat(Objects.requireNonNull(chunks.get(key), "A manifest comes after its chunks."));
        }
        try {
            return ModelSnapshot.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("The version %d cannot be read.".formatted(manifest.getVersion()), e);
        }
    }
}
