package io.anabranch.serve.ops;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads values one by one; a wrong one is refused with its key, its value and what is allowed. */
final class Settings {

    private final Map<String, String> values;

    Settings(Map<String, String> values) {
        this.values = values;
    }

    private @Nullable String value(String key) {
        String value = values.get(key);
        return value == null || value.isBlank() ? null : value.strip();
    }

    String text(String key, String otherwise, Pattern allowed, String allowedWords) {
        String value = value(key);
        if (value == null) {
            return otherwise;
        }
        if (!allowed.matcher(value).matches()) {
            throw refused(key, value, allowedWords);
        }
        return value;
    }

    int integer(String key, int otherwise, int least, int most) {
        String value = value(key);
        return value == null ? otherwise : parse(key, value, least, most);
    }

    int requiredInteger(String key, int least, int most, String hint) {
        String value = value(key);
        if (value == null) {
            throw new InvalidConfigurationException(
                    "The key %s is missing; allowed are whole numbers from %d to %d.%n%s"
                            .formatted(key, least, most, hint));
        }
        return parse(key, value, least, most);
    }

    private static int parse(String key, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(key, value, "whole numbers from %d to %d".formatted(least, most));
        }
        throw refused(key, value, "whole numbers from %d to %d".formatted(least, most));
    }

    boolean flag(String key, boolean otherwise) {
        String value = value(key);
        if (value == null) {
            return otherwise;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(key, value, "true and false");
        };
    }

    /** One of the constants of an enum, in lower case. */
    <E extends Enum<E>> E choice(String key, E otherwise) {
        return choice(key, otherwise, List.of(otherwise.getDeclaringClass().getEnumConstants()));
    }

    /** One of these constants, in lower case and with hyphens. */
    <E extends Enum<E>> E choice(String key, E otherwise, List<E> constants) {
        String value = value(key);
        if (value == null) {
            return otherwise;
        }
        List<String> allowed = new ArrayList<>();
        for (E constant : constants) {
            String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            if (name.equals(value)) {
                return constant;
            }
            allowed.add(name);
        }
        throw refused(key, value, String.join(", ", allowed));
    }

    Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        Duration given = optionalDuration(key, least, most);
        return given == null ? otherwise : given;
    }

    /** Null: not set. */
    @Nullable
    Duration optionalDuration(String key, Duration least, Duration most) {
        String value = value(key);
        if (value == null) {
            return null;
        }
        String allowed = "ISO 8601 durations from %s to %s".formatted(least, most);
        try {
            Duration duration = Duration.parse(value);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            throw refused(key, value, allowed);
        }
        throw refused(key, value, allowed);
    }

    private static InvalidConfigurationException refused(String key, String value, String allowed) {
        return new InvalidConfigurationException(
                "The value (%s) of %s is wrong; allowed are %s.".formatted(value, key, allowed));
    }
}
