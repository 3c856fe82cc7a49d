package io.anabranch.serve.registry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A snapshot cut into chunks of at most 512 KiB with a manifest behind them, and back. */
final class SnapshotChunks {

    static final int CHUNK_BYTES = 512 * 1024;

    private SnapshotChunks() {}

    static List<ModelRecord> cut(ModelSnapshot snapshot) {
        return cut(snapshot, "");
    }

    static List<ModelRecord> cut(ModelSnapshot snapshot, String requestId) {
        ByteString bytes = snapshot.toByteString();
        List<ModelRecord> records = new ArrayList<>();
        for (int start = 0; start < bytes.size(); start += CHUNK_BYTES) {
            ByteString data = bytes.substring(start, Math.min(bytes.size(), start + CHUNK_BYTES));
            records.add(new ModelRecord(
                    chunkKey(snapshot.getVersion(), start / CHUNK_BYTES),
                    ModelChunk.newBuilder().setData(data).build()));
        }
        ModelManifest manifest = ModelManifest.newBuilder()
                .setVersion(snapshot.getVersion())
                .setName(snapshot.getSpec().getName())
                .setChunks(records.size())
                .setBytes(bytes.size())
                .setSha256(sha256(bytes))
                .setRequestId(requestId)
                .build();
        records.add(new ModelRecord(manifestKey(snapshot.getVersion()), manifest));
        return records;
    }

    /**
     * The manifest with retired set and what the chunks said but for the weights, then the chunks given up: a reader that stops between
     * the two knows why.
     */
    static List<ModelRecord> retire(ModelManifest manifest, ModelVersion version) {
        List<ModelRecord> records = new ArrayList<>();
        records.add(new ModelRecord(
                manifestKey(manifest.getVersion()),
                manifest.toBuilder()
                        .setRetired(true)
                        .setSpec(version.spec())
                        .setProvenance(version.provenance())
                        .build()));
        for (int index = 0; index < manifest.getChunks(); index++) {
            records.add(new ModelRecord(chunkKey(manifest.getVersion(), index), null));
        }
        return records;
    }

    /** All chunks must be there. */
    static ModelSnapshot join(ModelManifest manifest, Map<Integer, ByteString> chunks)
            throws InvalidProtocolBufferException {
        ByteString bytes = ByteString.EMPTY;
        for (int index = 0; index < manifest.getChunks(); index++) {
            bytes = bytes.concat(chunks.get(index));
        }
        if (!sha256(bytes).equals(manifest.getSha256())) {
            throw new InvalidProtocolBufferException("The %d bytes of version %d differ from the manifest's SHA-256."
                    .formatted(bytes.size(), manifest.getVersion()));
        }
        return ModelSnapshot.parseFrom(bytes);
    }

    static ModelKey chunkKey(long version, int index) {
        return ModelKey.newBuilder()
                .setChunk(ChunkKey.newBuilder().setVersion(version).setIndex(index))
                .build();
    }

    static ModelKey manifestKey(long version) {
        return ModelKey.newBuilder().setManifest(version).build();
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.asReadOnlyByteBufferList().forEach(digest::update);
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256.", e);
        }
    }
}
