package io.anabranch.stream;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of configuration values. Every refusal is an {@link InvalidConfigurationException} that names the key,
 * the value and what is allowed. A blank value counts as absent.
 */
final class Settings {

    private final Map<String, String> values;

    Settings(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    private @Nullable String find(String key) {
        String value = values.get(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String text(String key, String defaultValue, Pattern allowed, String description) {
        String value = find(key);
        if (value == null) {
            return defaultValue;
        }
        if (!allowed.matcher(value).matches()) {
            throw refused(key, value, description);
        }
        return value;
    }

    int requiredInteger(String key, int min, int max, String hint) {
        if (find(key) == null) {
            throw new InvalidConfigurationException(
                    "%s is not set and has no default; it must be a whole number from %d to %d.%n%s"
                            .formatted(key, min, max, hint));
        }
        return integer(key, min, min, max);
    }

    int integer(String key, int defaultValue, int min, int max) {
        String value = find(key);
        if (value == null) {
            return defaultValue;
        }
        String allowed = "a whole number from %d to %d".formatted(min, max);
        int number;
        try {
            number = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw refused(key, value, allowed);
        }
        if (number < min || number > max) {
            throw refused(key, value, allowed);
        }
        return number;
    }

    boolean flag(String key, boolean defaultValue) {
        String value = find(key);
        if (value == null) {
            return defaultValue;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, value, "true or false");
        };
    }

    Duration duration(String key, Duration defaultValue, Duration min, Duration max) {
        String value = find(key);
        return value == null ? defaultValue : duration(key, value, min, max, defaultValue);
    }

    /** A duration that has no default. */
    @Nullable
    Duration optionalDuration(String key, Duration min, Duration max) {
        String value = find(key);
        return value == null ? null : duration(key, value, min, max, Duration.ofHours(36));
    }

    private static Duration duration(String key, String value, Duration min, Duration max, Duration example) {
        String allowed = "an ISO-8601 duration from %s to %s, such as %s".formatted(min, max, example);
        Duration duration;
        try {
            duration = Duration.parse(value);
        } catch (DateTimeParseException e) {
            throw refused(key, value, allowed);
        }
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw refused(key, value, allowed);
        }
        return duration;
    }

    <E extends Enum<E>> E choice(String key, E defaultValue) {
        String value = find(key);
        if (value == null) {
            return defaultValue;
        }
        E[] choices = defaultValue.getDeclaringClass().getEnumConstants();
        return Arrays.stream(choices)
                .filter(choice -> choice.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> refused(key, value, "one of " + Arrays.toString(choices)));
    }

    Path path(String key, Path defaultValue) {
        String value = find(key);
        if (value == null) {
            return defaultValue;
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw refused(key, value, "a folder's path (%s)".formatted(e.getReason()));
        }
    }

    private static InvalidConfigurationException refused(String key, String value, String allowed) {
        return new InvalidConfigurationException("The value (%s) of %s must be %s.".formatted(value, key, allowed));
    }
}
