package io.anabranch.standalone;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How an instance is to start.
 *
 * @param settings key to value, already checked; what is absent has its default
 * @param defaultFeatureDimension used where neither the settings nor the folder say one; null: then it is required
 * @param verbose whether the log also goes to the console
 */
public record StartRequest(
        InstanceFolder folder,
        SortedMap<String, String> settings,
        @Nullable Integer defaultFeatureDimension,
        boolean verbose) {

    /** The whole number that this key has, by the settings or by default. */
    int number(String key) {
        String value = settings.get(key);
        if (value == null) {
            Setting setting = Settings.of(key);
            if (setting == null) {
                throw new IllegalArgumentException("The setting (%s) is unknown.".formatted(key));
            }
            value = setting.defaultValue();
        }
        return Integer.parseInt(value);
    }
}
