package io.anabranch.stream.propagation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The local copy of a vertex that another partition owns. It exists from SUBSCRIBE to UNSUBSCRIBE, without values until
 * the first answer.
 *
 * @param deleteTime greatest delete time of the vertex that its owner told, {@link #NEVER_DELETED} if none
 * @param values by model version; versions not yet known here are kept too
 */
public record HaloEntry(long deleteTime, Map<Long, HaloValue> values) {
    public static final long NEVER_DELETED = Long.MIN_VALUE;

    /** Subscribed, nothing heard yet. */
    public static final HaloEntry AWAITED = new HaloEntry(NEVER_DELETED, Map.of());

    public HaloEntry {
        values = Map.copyOf(values);
    }

    @Nullable
    HaloValue value(long modelVersion) {
        return values.get(modelVersion);
    }

    HaloEntry with(long modelVersion, HaloValue value) {
        var next = new HashMap<>(values);
        next.put(modelVersion, value);
        return new HaloEntry(deleteTime, next);
    }

    HaloEntry deletedAt(long time) {
        return time <= deleteTime ? this : new HaloEntry(time, values);
    }

    HaloEntry without(Set<Long> modelVersions) {
        var next = new HashMap<>(values);
        return next.keySet().removeAll(modelVersions) ? new HaloEntry(deleteTime, next) : this;
    }
}
