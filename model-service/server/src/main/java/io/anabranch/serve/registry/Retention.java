package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a name retire by themselves. Never those in use: the active one, the one before it, aliased ones, a canary, a
 * shadow. Candidates are versions newer than every one that ever was active.
 *
 * @param keepLive versions up to the greatest that ever was active that stay live, those in use included
 * @param keepCandidates candidates that stay live, the newest; those in use come on top
 * @param maxAge a version that is not in use retires at this age; null: at none
 */
public record Retention(
        Mode mode,
        int keepLive,
        int keepCandidates,
        @Nullable Duration maxAge) {

    /** Who retires versions. */
    public enum Mode {
        /** This rule, and an operator. */
        AUTOMATIC,
        /** Only an operator. */
        MANUAL
    }

    public Retention {
        if (keepLive < 1 || keepCandidates < 1) {
            throw new IllegalArgumentException(
                    "The versions to keep live (%d) and the candidates (%d) must be positive."
                            .formatted(keepLive, keepCandidates));
        }
    }

    /** By number alone. */
    static Retention keeping(int live) {
        return new Retention(Mode.AUTOMATIC, live, Integer.MAX_VALUE, null);
    }

    /** What is to retire now. */
    List<ModelVersion> expendable(Catalog catalog, String name, Instant now) {
        if (mode == Mode.MANUAL) {
            return List.of();
        }
        ModelAlias alias = catalog.alias(name);
        List<ModelVersion> kept = new ArrayList<>();
        List<ModelVersion> candidates = new ArrayList<>();
        for (ModelVersion version : catalog.versions(name)) {
            boolean candidate = version.version() > alias.getGreatestVersion();
            if (!version.retired() && !(candidate && catalog.inUse(version))) {
                (candidate ? candidates : kept).add(version);
            }
        }
        kept.sort(Comparator.comparing(catalog::inUse)
                .thenComparingLong(ModelVersion::version)
                .reversed());
        candidates.sort(Comparator.comparingLong(ModelVersion::version).reversed());
        List<ModelVersion> expendable = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            if (!catalog.inUse(kept.get(i)) && (i >= keepLive || tooOld(kept.get(i), now))) {
                expendable.add(kept.get(i));
            }
        }
        for (int i = 0; i < candidates.size(); i++) {
            if (i >= keepCandidates || tooOld(candidates.get(i), now)) {
                expendable.add(candidates.get(i));
            }
        }
        return expendable;
    }

    private boolean tooOld(ModelVersion version, Instant now) {
        return maxAge != null
                && Instant.ofEpochMilli(version.provenance().getCreatedAtMs())
                        .plus(maxAge)
                        .isBefore(now);
    }
}
