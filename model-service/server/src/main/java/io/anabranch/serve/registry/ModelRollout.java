package io.anabranch.serve.registry;

import io.anabranch.model.v1.Canary;
import io.anabranch.model.v1.ModelAlias;
import io.anabranch.model.v1.Shadow;
import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.ResourceKind;
import java.time.Clock;
import java.util.regex.Pattern;

/**
 * What answers beside the active version of a name: aliases, a canary, a shadow. Each method blocks until its change has come back
 * through the registry; where nothing changes, nothing is written.
 */
public final class ModelRollout {

    private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    /** What the version that answers by default is called everywhere; as an alias it would mislead. */
    private static final String RESERVED = "active";

    private final ModelRegistry registry;
    private final ModelPublisher publisher;
    private final Clock clock;

    public ModelRollout(ModelRegistry registry, ModelPublisher publisher, Clock clock) {
        this.registry = registry;
        this.publisher = publisher;
        this.clock = clock;
    }

    /** The version may still be filling. */
    public ModelVersion setAlias(String name, String alias, long version) {
        if (!ALIAS.matcher(alias).matches() || alias.equals(RESERVED)) {
            throw Problem.invalid(
                    "alias",
                    "Must be 1 to 63 lower-case letters, digits and hyphens, begin with a letter, and not be \"%s\", but is \"%s\"."
                            .formatted(RESERVED, alias));
        }
        publisher.change(name, before -> {
            ModelPublisher.requireLive(publisher.find(name, version));
            return before.toBuilder().putAliases(alias, version).build();
        });
        return publisher.find(name, version);
    }

    /** @return the version that bore it */
    public ModelVersion deleteAlias(String name, String alias) {
        ModelAlias before = publisher.change(name, now -> {
            if (!now.containsAliases(alias)) {
                throw Problem.missing(
                        ResourceKind.ALIAS, name + "/" + alias, "Model %s has no alias %s.".formatted(name, alias));
            }
            return now.toBuilder().removeAliases(alias).build();
        });
        return publisher.find(name, before.getAliasesOrThrow(alias));
    }

    public ModelVersion setCanary(String name, long version, double percent) {
        requirePercent(percent);
        publisher.change(name, before -> {
            requireBesideActive(before, name, version, "canary");
            boolean same = before.hasCanary() && before.getCanary().getVersion() == version;
            return before.toBuilder()
                    .setCanary(Canary.newBuilder()
                            .setVersion(version)
                            .setPercent(percent)
                            .setStartedAtMs(same ? before.getCanary().getStartedAtMs() : clock.millis()))
                    .build();
        });
        return publisher.find(name, version);
    }

    /** @return the version that was it */
    public ModelVersion stopCanary(String name) {
        ModelAlias before = publisher.change(name, now -> {
            if (!now.hasCanary()) {
                throw Problem.unmet("NO_CANARY", "Model %s has no canary.".formatted(name));
            }
            return now.toBuilder().clearCanary().build();
        });
        return publisher.find(name, before.getCanary().getVersion());
    }

    public ModelVersion setShadow(String name, long version, double percent) {
        requirePercent(percent);
        publisher.change(name, before -> {
            requireBesideActive(before, name, version, "shadow");
            boolean same = before.hasShadow() && before.getShadow().getVersion() == version;
            return before.toBuilder()
                    .setShadow(Shadow.newBuilder()
                            .setVersion(version)
                            .setPercent(percent)
                            .setStartedAtMs(same ? before.getShadow().getStartedAtMs() : clock.millis()))
                    .build();
        });
        return publisher.find(name, version);
    }

    /** @return the version that was it */
    public ModelVersion stopShadow(String name) {
        ModelAlias before = publisher.change(name, now -> {
            if (!now.hasShadow()) {
                throw Problem.unmet("NO_SHADOW", "Model %s has no shadow.".formatted(name));
            }
            return now.toBuilder().clearShadow().build();
        });
        return publisher.find(name, before.getShadow().getVersion());
    }

    private void requireBesideActive(ModelAlias alias, String name, long version, String what) {
        ModelVersion found = publisher.find(name, version);
        if (alias.getActiveVersion() == 0) {
            throw Problem.unmet("NO_ACTIVE_VERSION", "No version of model %s is active yet.".formatted(name));
        }
        if (registry.catalog().isActive(found)) {
            throw Problem.unmet(
                    "VERSION_ACTIVE",
                    "Version %d of model %s is the active one; a %s is another.".formatted(version, name, what));
        }
        publisher.requireCovered(found);
    }

    private static void requirePercent(double percent) {
        // Not as percent < 0 || percent > 100: NaN would pass.
        if (!(percent >= 0 && percent <= 100)) {
            throw Problem.invalid("percent", "Must be from 0 to 100, but is %s.".formatted(percent));
        }
    }
}
