package io.anabranch.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.stream.frozen.FrozenModel;
import io.anabranch.stream.frozen.InvalidModelException;
import io.anabranch.stream.propagation.LiveModels;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts models together from the records of the models topic. A model becomes live with its manifest, once all its chunks are
 * there, the checksum holds and it fits this graph; one that does not is logged, counted and left out. A retired one goes.
 *
 * <p>A live version does not change any more: versions are never used again. One thread; {@link LiveModels} is immutable.
 */
final class ModelAssembly {

    private static final Logger LOG = Logger.getLogger(ModelAssembly.class);

    private final int featureDimension;
    private final boolean histories;
    private final StreamMetrics metrics;
    private final Map<Long, Map<Integer, ByteString>> chunks = new TreeMap<>();
    private final Map<Long, FrozenModel> live = new TreeMap<>();
    private final Set<Long> retired = new TreeSet<>();

    /** The records of a model do not fit together, or it does not fit this graph. */
    private static final class UnusableModelException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableModelException(String message) {
            super(message);
        }
    }

    /** @param histories whether histories are kept */
    ModelAssembly(int featureDimension, boolean histories, StreamMetrics metrics) {
        this.featureDimension = featureDimension;
        this.histories = histories;
        this.metrics = metrics;
    }

    LiveModels current() {
        return new LiveModels(List.copyOf(live.values()), retired);
    }

    /**
     * Takes one record.
     *
     * @return whether {@link #current()} changed
     */
    boolean accept(byte @Nullable [] key, byte @Nullable [] value) {
        if (key == null) {
            return refuse("A record of the models topic has no key.");
        }
        try {
            ModelKey modelKey = ModelKey.parseFrom(key);
            return switch (modelKey.getRecordCase()) {
                case CHUNK -> chunk(modelKey.getChunk(), value);
                case MANIFEST -> manifest(modelKey.getManifest(), value);
                case ALIAS -> false;
                case RECORD_NOT_SET -> refuse("A record of the models topic has an empty key.");
            };
        } catch (InvalidProtocolBufferException e) {
            return refuse("A record of the models topic cannot be read: %s".formatted(e.getMessage()));
        }
    }

    private boolean chunk(ChunkKey key, byte @Nullable [] value) throws InvalidProtocolBufferException {
        Map<Integer, ByteString> parts = chunks.computeIfAbsent(key.getVersion(), version -> new TreeMap<>());
        if (value == null) {
            parts.remove(key.getIndex());
        } else if (!live.containsKey(key.getVersion()) && !retired.contains(key.getVersion())) {
            parts.put(key.getIndex(), ModelChunk.parseFrom(value).getData());
        }
        if (parts.isEmpty()) {
            chunks.remove(key.getVersion());
        }
        return false;
    }

    private boolean manifest(long version, byte @Nullable [] value) throws InvalidProtocolBufferException {
        ModelManifest manifest = value == null ? null : ModelManifest.parseFrom(value);
        if (manifest == null || manifest.getRetired()) {
            chunks.remove(version);
            FrozenModel gone = live.remove(version);
            if (gone != null) {
                LOG.infof("Model retired: %s", gone);
            }
            return retired.add(version) || gone != null;
        }
        if (live.containsKey(version) || retired.contains(version)) {
            return false;
        }
        try {
            FrozenModel model = freeze(version, manifest);
            live.put(version, model);
            chunks.remove(version);
            LOG.infof("Model live: %s", model);
            return true;
        } catch (UnusableModelException | InvalidModelException | InvalidProtocolBufferException e) {
            return refuse("Version %d of model '%s' cannot be used and is left out: %s"
                    .formatted(version, manifest.getName(), e.getMessage()));
        }
    }

    private FrozenModel freeze(long version, ModelManifest manifest)
            throws UnusableModelException, InvalidModelException, InvalidProtocolBufferException {
        ByteString bytes = ByteString.EMPTY;
        Map<Integer, ByteString> parts = chunks.getOrDefault(version, Map.of());
        for (int index = 0; index < manifest.getChunks(); index++) {
            ByteString part = parts.get(index);
            if (part == null) {
                throw new UnusableModelException("Chunk %d of %d is missing.".formatted(index, manifest.getChunks()));
            }
            bytes = bytes.concat(part);
        }
        if (bytes.size() != manifest.getBytes()) {
            throw new UnusableModelException(
                    "The chunks have %d bytes, the manifest says %d.".formatted(bytes.size(), manifest.getBytes()));
        }
        if (!sha256(bytes).equals(manifest.getSha256())) {
            throw new UnusableModelException("The SHA-256 of the chunks is not that of the manifest.");
        }
        ModelSnapshot snapshot = ModelSnapshot.parseFrom(bytes);
        if (snapshot.getVersion() != version) {
            throw new UnusableModelException(
                    "The snapshot says version %d, its key %d.".formatted(snapshot.getVersion(), version));
        }
        FrozenModel model = FrozenModel.decode(snapshot);
        if (model.featureDimension() != featureDimension) {
            throw new UnusableModelException("It was made for %d features; this graph has %d (%s)."
                    .formatted(model.featureDimension(), featureDimension, StreamConfig.FEATURES_DIMENSION));
        }
        if (model.history() != null && !histories) {
            throw new UnusableModelException(
                    "It reads histories, and none are kept.%nMaybe %s should be true; what happened before is in none, then."
                            .formatted(StreamConfig.HISTORIES));
        }
        return model;
    }

    private static ByteString sha256(ByteString bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.asReadOnlyByteBufferList().forEach(digest::update);
            return ByteString.copyFrom(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private boolean refuse(String message) {
        LOG.error(message);
        metrics.modelRejected();
        return false;
    }
}
