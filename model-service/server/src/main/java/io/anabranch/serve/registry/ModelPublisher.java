package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.ModelKey;
import io.anabranch.model.v1.ModelManifest;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Changes of the models topic: new versions, which one is active, retirement. Each method blocks until the change has come back
 * through the registry. One change at a time, those of {@link ModelRollout} included.
 */
public final class ModelPublisher {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ModelRegistry registry;
    private final ModelLog log;
    private final Retention retention;
    private final Duration timeout;
    private final BooleanSupplier caughtUp;
    private final Clock clock;

    /** @param caughtUp whether the registry has read all that the topic held at start; until then nothing is written */
    public ModelPublisher(
            ModelRegistry registry,
            ModelLog log,
            Retention retention,
            Duration timeout,
            BooleanSupplier caughtUp,
            Clock clock) {
        this.registry = registry;
        this.log = log;
        this.retention = retention;
        this.timeout = timeout;
        this.caughtUp = caughtUp;
        this.clock = clock;
    }

    /** With a retention by number alone, which needs no clock. */
    public ModelPublisher(
            ModelRegistry registry, ModelLog log, int keepLive, Duration timeout, BooleanSupplier caughtUp) {
        this(registry, log, Retention.keeping(keepLive), timeout, caughtUp, Clock.systemUTC());
    }

    /** Gives the snapshot the next version number and writes it. */
    public ModelVersion publish(ModelSnapshot snapshot) {
        return publish(snapshot, "");
    }

    /** The same; where the model has a version of this request already, that one. */
    public synchronized ModelVersion publish(ModelSnapshot snapshot, String requestId) {
        requireCaughtUp();
        ModelVersion earlier = registry.publishedBy(snapshot.getSpec().getName(), requestId);
        if (earlier != null) {
            return earlier;
        }
        if (snapshot.getSpec().getName().isEmpty()) {
            throw Problem.invalid("spec.name", "A model must have a name.");
        }
        long version = registry.catalog().greatestVersion() + 1;
        log.append(SnapshotChunks.cut(snapshot.toBuilder().setVersion(version).build(), requestId));
        await(
                catalog -> catalog.version(version) != null,
                "version %d of %s".formatted(version, snapshot.getSpec().getName()));
        return require(version);
    }

    /** Makes a covered version the active one; nothing happens where it is so already. */
    public synchronized ModelVersion promote(String name, long version) {
        requireCaughtUp();
        ModelVersion target = find(name, version);
        change(name, before -> {
            if (before.getActiveVersion() == version) {
                return before;
            }
            requireCovered(target);
            return activated(before, version)
                    .setGreatestVersion(Math.max(version, before.getGreatestVersion()))
                    .build();
        });
        retireOld(name);
        return target;
    }

    /** Goes back to the version that was active before. Doing it twice undoes it. */
    public ModelVersion rollback(String name) {
        return rollback(name, "");
    }

    /** The same, unless the last rollback was of this request. */
    public synchronized ModelVersion rollback(String name, String requestId) {
        change(name, before -> {
            if (!requestId.isEmpty() && before.getRollbackRequestId().equals(requestId)) {
                return before;
            }
            ModelVersion previous = registry.catalog().version(before.getPreviousVersion());
            if (previous == null || previous.retired()) {
                throw Problem.unmet(
                        "NOTHING_TO_ROLL_BACK_TO",
                        "Model %s has no version before version %d to go back to."
                                .formatted(name, before.getActiveVersion()));
            }
            return activated(before, previous.version())
                    .setRollbackRequestId(requestId)
                    .build();
        });
        return require(registry.catalog().alias(name).getActiveVersion());
    }

    /** What is active is neither its own canary nor its own shadow. */
    private static ModelAlias.Builder activated(ModelAlias before, long version) {
        ModelAlias.Builder after =
                before.toBuilder().setActiveVersion(version).setPreviousVersion(before.getActiveVersion());
        if (before.getCanary().getVersion() == version) {
            after.clearCanary();
        }
        if (before.getShadow().getVersion() == version) {
            after.clearShadow();
        }
        return after;
    }

    /** Gives a version up, unless it is in use; nothing happens where that is so already. */
    public synchronized ModelVersion retire(String name, long version) {
        requireCaughtUp();
        ModelVersion target = find(name, version);
        if (target.retired()) {
            return target;
        }
        List<String> uses = registry.catalog().uses(target);
        if (!uses.isEmpty()) {
            throw Problem.unmet(
                    "VERSION_IN_USE",
                    "Version %d of model %s is %s and cannot be retired."
                            .formatted(version, name, String.join(", ", uses)));
        }
        retire(target);
        return require(version);
    }

    /** Retires what the retention does not keep. */
    synchronized void retireOld(String name) {
        for (ModelVersion version : retention.expendable(registry.catalog(), name, clock.instant())) {
            retire(version);
        }
    }

    private void retire(ModelVersion version) {
        ModelManifest manifest = registry.manifestOf(version.version());
        if (manifest != null) {
            log.append(SnapshotChunks.retire(manifest, version));
            await(
                    catalog -> {
                        ModelVersion now = catalog.version(version.version());
                        return now != null && now.retired();
                    },
                    "the retirement of version %d".formatted(version.version()));
        }
    }

    /**
     * Changes what the name's record says, if the edit does. The edit may throw.
     *
     * @return the record before
     */
    synchronized ModelAlias change(String name, UnaryOperator<ModelAlias> edit) {
        requireCaughtUp();
        if (registry.catalog().versions(name).isEmpty()) {
            throw unknownName(name);
        }
        ModelAlias before = registry.catalog().alias(name);
        ModelAlias after = edit.apply(before);
        if (!after.equals(before)) {
            move(after);
        }
        return before;
    }

    static void requireLive(ModelVersion version) {
        if (version.retired()) {
            throw Problem.unmet(
                    "VERSION_RETIRED",
                    "Version %d of model %s is retired.".formatted(version.version(), version.name()));
        }
    }

    void requireCovered(ModelVersion version) {
        requireLive(version);
        if (!registry.coverage().complete(version.version())) {
            throw Problem.unmet(
                    "VERSION_NOT_COVERED",
                    "Version %d of model %s has embeddings of only %d of %d partitions."
                            .formatted(
                                    version.version(),
                                    version.name(),
                                    registry.coverage().count(version.version()),
                                    registry.coverage().partitions()));
        }
    }

    private void move(ModelAlias alias) {
        ModelKey key = ModelKey.newBuilder().setAlias(alias.getName()).build();
        log.append(List.of(new ModelRecord(key, alias)));
        await(catalog -> catalog.alias(alias.getName()).equals(alias), "the alias of " + alias.getName());
    }

    ModelVersion find(String name, long version) {
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
