package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * All changes of the models topic: new versions, the alias, retirement. Each method blocks until the change has come
 * back through the registry. One change at a time.
 */
public final class ModelPublisher {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ModelRegistry registry;
    private final ModelLog log;
    private final int keepLive;
    private final Duration timeout;
    private final BooleanSupplier caughtUp;

    /**
     * @param keepLive versions of a name that stay live; the active one, the one before it, and newer ones always do
     * @param caughtUp whether the registry has read all that the topic held at start; until then nothing is written
     */
    public ModelPublisher(
            ModelRegistry registry, ModelLog log, int keepLive, Duration timeout, BooleanSupplier caughtUp) {
        this.registry = registry;
        this.log = log;
        this.keepLive = keepLive;
        this.timeout = timeout;
        this.caughtUp = caughtUp;
    }

    /** Gives the snapshot the next version number and writes it. */
    public synchronized ModelVersion publish(ModelSnapshot snapshot) {
        requireCaughtUp();
        if (snapshot.getSpec().getName().isEmpty()) {
            throw Problem.invalid("spec.name", "A model must have a name.");
        }
        long version = registry.catalog().greatestVersion() + 1;
        log.append(SnapshotChunks.cut(snapshot.toBuilder().setVersion(version).build()));
        await(
                catalog -> catalog.version(version) != null,
                "version %d of %s".formatted(version, snapshot.getSpec().getName()));
        return require(version);
    }

    /** Makes a covered version the active one; nothing happens where it is so already. */
    public synchronized ModelVersion promote(String name, long version) {
        requireCaughtUp();
        ModelVersion target = find(name, version);
        switch (registry.state(target)) {
            case ACTIVE -> {
                return target;
            }
            case RETIRED ->
                throw Problem.unmet("VERSION_RETIRED", "Version %d of model %s is retired.".formatted(version, name));
            case FILLING ->
                throw Problem.unmet(
                        "VERSION_NOT_COVERED",
                        "Version %d of model %s has embeddings of only %d of %d partitions."
                                .formatted(
                                        version,
                                        name,
                                        registry.coverage().count(version),
                                        registry.coverage().partitions()));
            case COVERED -> {}
        }
        ModelAlias alias = registry.catalog().alias(name);
        move(alias.toBuilder()
                .setActiveVersion(version)
                .setPreviousVersion(alias.getActiveVersion())
                .setGreatestVersion(Math.max(version, alias.getGreatestVersion()))
                .build());
        retireOld(name);
        return target;
    }

    /** Goes back to the version that was active before. Doing it twice undoes it. */
    public synchronized ModelVersion rollback(String name) {
        requireCaughtUp();
        if (registry.catalog().versions(name).isEmpty()) {
            throw unknownName(name);
        }
        ModelAlias alias = registry.catalog().alias(name);
        ModelVersion previous = registry.catalog().version(alias.getPreviousVersion());
        if (previous == null || previous.retired()) {
            throw Problem.unmet(
                    "NOTHING_TO_ROLL_BACK_TO",
                    "Model %s has no version before version %d to go back to."
                            .formatted(name, alias.getActiveVersion()));
        }
        move(alias.toBuilder()
                .setActiveVersion(previous.version())
                .setPreviousVersion(alias.getActiveVersion())
                .build());
        return previous;
    }

    /** Retires what is neither active, nor the one before, nor newer than both, beyond the number to keep. */
    synchronized void retireOld(String name) {
        Catalog catalog = registry.catalog();
        ModelAlias alias = catalog.alias(name);
        List<ModelVersion> live = new ArrayList<>(catalog.versions(name));
        live.removeIf(v -> v.retired() || v.version() > alias.getGreatestVersion());
        live.sort(Comparator.comparing((ModelVersion v) ->
                        v.version() == alias.getActiveVersion() || v.version() == alias.getPreviousVersion())
                .thenComparingLong(ModelVersion::version)
                .reversed());
        for (int i = Math.max(keepLive, protectedVersions(alias)); i < live.size(); i++) {
            retire(live.get(i));
        }
    }

    private static int protectedVersions(ModelAlias alias) {
        return (alias.getActiveVersion() == 0 ? 0 : 1) + (alias.getPreviousVersion() == 0 ? 0 : 1);
    }

    private void retire(ModelVersion version) {
        ModelManifest manifest = registry.manifestOf(version.version());
        if (manifest != null) {
            log.append(SnapshotChunks.retire(manifest));
            await(
                    catalog -> {
                        ModelVersion now = catalog.version(version.version());
                        return now != null && now.retired();
                    },
                    "the retirement of version %d".formatted(version.version()));
        }
    }

    private void move(ModelAlias alias) {
        ModelKey key = ModelKey.newBuilder().setAlias(alias.getName()).build();
        log.append(List.of(new ModelRecord(key, alias)));
        await(catalog -> catalog.alias(alias.getName()).equals(alias), "the alias of " + alias.getName());
    }

    private ModelVersion find(String name, long version) {
        ModelVersion found = registry.catalog().version(version);
        if (found == null || !found.name().equals(name)) {
            if (registry.catalog().versions(name).isEmpty()) {
                throw unknownName(name);
            }
            throw Problem.missing(
                    ResourceKind.VERSION, name + "/" + version, "Model %s has no version %d.".formatted(name, version));
        }
        return found;
    }

    private static RuntimeException unknownName(String name) {
        return Problem.missing(ResourceKind.MODEL, name, "There is no model named %s.".formatted(name));
    }

    private ModelVersion require(long version) {
        ModelVersion found = registry.catalog().version(version);
        if (found == null) {
            throw new IllegalStateException("Version (%d) was there and is gone.".formatted(version));
        }
        return found;
    }

    private void requireCaughtUp() {
        if (!caughtUp.getAsBoolean()) {
            throw new Problem.Unready("The models topic is still being read.", RETRY).exception();
        }
    }

    private void await(Predicate<Catalog> wanted, String what) {
        try {
            if (!registry.await(wanted, timeout)) {
                throw new Problem.Unready(
                                "Written, but %s was not read back within %d s.".formatted(what, timeout.toSeconds()),
                                RETRY)
                        .exception();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Unready("Interrupted while waiting for %s.".formatted(what), RETRY).exception();
        }
    }
}
