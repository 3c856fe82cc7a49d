package io.anabranch.serve.registry;

import io.anabranch.model.v1.ModelAlias;
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

    /** The alias of this name; all zeros where it has none. */
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

    /** Greatest version number that was ever used, by whatever name. */
    public long greatestVersion() {
        return greatestVersion;
    }
}
