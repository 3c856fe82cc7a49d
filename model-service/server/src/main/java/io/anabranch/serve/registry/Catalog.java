package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that the models topic says at one moment. Immutable. */
public final class Catalog {

    static final Catalog EMPTY = new Catalog(new TreeMap<>(), Map.of(), 0);

    private final TreeMap<Long, ModelVersion> versions;
    private final Map<String, ModelAlias> aliases;
    private final long greatestVersion;

    Catalog(TreeMap<Long, ModelVersion> versions, Map<String, ModelAlias> aliases, long greatestVersion) {
        this.versions = versions;
        this.aliases = aliases;
        this.greatestVersion = greatestVersion;
    }

    Catalog with(ModelVersion version) {
        TreeMap<Long, ModelVersion> next = new TreeMap<>(versions);
        next.put(version.version(), version);
        return new Catalog(next, aliases, Math.max(greatestVersion, version.version()));
    }

    Catalog with(ModelAlias alias) {
        TreeMap<String, ModelAlias> next = new TreeMap<>(aliases);
        next.put(alias.getName(), alias);
        return new Catalog(versions, Map.copyOf(next), greatestVersion);
    }

    Catalog withSeen(long version) {
        return version <= greatestVersion ? this : new Catalog(versions, aliases, version);
    }

    /** Oldest first. */
    public List<ModelVersion> versions() {
        return List.copyOf(versions.values());
    }

    /** Oldest first. */
    public List<ModelVersion> versions(String name) {
        return versions.values().stream().filter(v -> v.name().equals(name)).toList();
    }

    public @Nullable ModelVersion version(long version) {
        return versions.get(version);
    }

    /** The names that have any version, in order. */
    public List<String> names() {
        return versions.values().stream()
                .map(ModelVersion::name)
                .distinct()
                .sorted()
                .toList();
    }

    /** What answers requests for this name; all zeros where nothing does. */
    public ModelAlias alias(String name) {
        ModelAlias alias = aliases.get(name);
        return alias == null ? ModelAlias.newBuilder().setName(name).build() : alias;
    }

    /** The version that answers requests for this name. */
    public @Nullable ModelVersion active(String name) {
        return versions.get(alias(name).getActiveVersion());
    }

    public boolean isActive(ModelVersion version) {
        return alias(version.name()).getActiveVersion() == version.version();
    }

    /** The aliases that the version bears, in order. */
    public List<String> aliases(ModelVersion version) {
        return alias(version.name()).getAliasesMap().entrySet().stream()
                .filter(alias -> alias.getValue() == version.version())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    public boolean isCanary(ModelVersion version) {
        return alias(version.name()).getCanary().getVersion() == version.version();
    }

    public boolean isShadow(ModelVersion version) {
        return alias(version.name()).getShadow().getVersion() == version.version();
    }

    /** Why the version cannot be given up, in words; empty: it can. */
    List<String> uses(ModelVersion version) {
        List<String> uses = new ArrayList<>();
        if (isActive(version)) {
            uses.add("the active one");
        }
        aliases(version).forEach(alias -> uses.add("alias " + alias));
        if (isCanary(version)) {
            uses.add("the canary");
        }
        if (isShadow(version)) {
            uses.add("the shadow");
        }
        return uses;
    }

    /** Whether requests are answered with it, or a rollback would go to it. */
    boolean inUse(ModelVersion version) {
        return alias(version.name()).getPreviousVersion() == version.version()
                || !uses(version).isEmpty();
    }

    /** Greatest version number that was ever used, by whatever name. */
    public long greatestVersion() {
        return greatestVersion;
    }
}
