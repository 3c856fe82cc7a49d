package io.anabranch.serve.registry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.ChunkKey;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelChunk;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The models topic, folded. Only its records change the catalog; whoever wants a change appends to the
 * {@link ModelLog}. Thread-safe: writers under one lock, readers see an immutable {@link Catalog}.
 */
public final class ModelRegistry {

    private final CoverageTable coverage;
    private final Map<Long, Map<Integer, ByteString>> chunks = new HashMap<>();
    private final Map<Long, ModelManifest> manifests = new HashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Catalog catalog = Catalog.EMPTY;

    public ModelRegistry(CoverageTable coverage) {
        this.coverage = coverage;
    }

    public CoverageTable coverage() {
        return coverage;
    }

    public Catalog catalog() {
        return catalog;
    }

    /** Called after every change of the catalog or of coverage, by the thread that made it: must be quick. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Takes one record of the models topic.
     *
     * @throws InvalidProtocolBufferException when it is not a record of this vocabulary or a snapshot is damaged
     */
    public void apply(ModelKey key, byte @Nullable [] value) throws InvalidProtocolBufferException {
        synchronized (this) {
            switch (key.getRecordCase()) {
                case CHUNK -> chunk(key.getChunk(), value);
                case MANIFEST -> {
                    if (value != null) {
                        manifest(ModelManifest.parseFrom(value));
                    }
                }
                case ALIAS -> {
                    if (value != null) {
                        catalog = catalog.with(ModelAlias.parseFrom(value));
                    }
                }
                case RECORD_NOT_SET -> throw new InvalidProtocolBufferException("A model key must say what it is of.");
            }
            notifyAll();
        }
        changed();
    }

    private void chunk(ChunkKey key, byte @Nullable [] value) throws InvalidProtocolBufferException {
        catalog = catalog.withSeen(key.getVersion());
        if (value == null) {
            chunks.remove(key.getVersion());
            return;
        }
        ModelManifest manifest = manifests.get(key.getVersion());
        if (manifest != null && manifest.getRetired()) {
            return;
        }
        chunks.computeIfAbsent(key.getVersion(), v -> new HashMap<>())
                .put(key.getIndex(), ModelChunk.parseFrom(value).getData());
        assemble(key.getVersion());
    }

    private void manifest(ModelManifest manifest) throws InvalidProtocolBufferException {
        manifests.put(manifest.getVersion(), manifest);
        catalog = catalog.withSeen(manifest.getVersion());
        if (manifest.getRetired()) {
            chunks.remove(manifest.getVersion());
            coverage.forget(manifest.getVersion());
            ModelVersion before = catalog.version(manifest.getVersion());
            catalog = catalog.with(new ModelVersion(
                    manifest.getVersion(), manifest.getName(), true, withoutTensors(manifest, before)));
        } else {
            assemble(manifest.getVersion());
        }
    }

    /** What a retired version was like: its manifest says so, but for those of earlier releases. */
    private static @Nullable ModelSnapshot withoutTensors(ModelManifest manifest, @Nullable ModelVersion before) {
        if (manifest.hasSpec()) {
            return ModelSnapshot.newBuilder()
                    .setVersion(manifest.getVersion())
                    .setSpec(manifest.getSpec())
                    .setProvenance(manifest.getProvenance())
                    .build();
        }
        return before == null || before.snapshot() == null
                ? null
                : before.snapshot().toBuilder().clearTensors().build();
    }

    private void assemble(long version) throws InvalidProtocolBufferException {
        ModelManifest manifest = manifests.get(version);
        Map<Integer, ByteString> parts = chunks.getOrDefault(version, Map.of());
        if (manifest == null || !complete(manifest, parts)) {
            return;
        }
        chunks.remove(version);
        catalog = catalog.with(
                new ModelVersion(version, manifest.getName(), false, SnapshotChunks.join(manifest, parts)));
    }

    /** A chunk under another index does not stand for one that is missing. */
    private static boolean complete(ModelManifest manifest, Map<Integer, ByteString> parts) {
        return parts.size() >= manifest.getChunks()
                && IntStream.range(0, manifest.getChunks()).allMatch(parts::containsKey);
    }

    /** The version of this name that was made by this request; null: none, or the request has no id. */
    synchronized @Nullable ModelVersion publishedBy(String name, String requestId) {
        for (ModelManifest manifest : manifests.values()) {
            if (!requestId.isEmpty()
                    && manifest.getRequestId().equals(requestId)
                    && manifest.getName().equals(name)) {
                return catalog.version(manifest.getVersion());
            }
        }
        return null;
    }

    synchronized @Nullable ModelManifest manifestOf(long version) {
        return manifests.get(version);
    }

    /** A partition said that its embeddings of the version are exact. */
    public void cover(long version, int partition, long epoch) {
        ModelVersion known = catalog.version(version);
        if (known != null && known.retired()) {
            return;
        }
        coverage.cover(version, partition, epoch);
        changed();
    }

    public ModelState state(ModelVersion version) {
        if (version.retired()) {
            return ModelState.RETIRED;
        }
        if (catalog.isActive(version)) {
            return ModelState.ACTIVE;
        }
        return coverage.complete(version.version()) ? ModelState.COVERED : ModelState.FILLING;
    }

    /** Waits until the catalog is as wanted; false when it is not in time. */
    synchronized boolean await(Predicate<Catalog> wanted, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!wanted.test(catalog)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }
}
