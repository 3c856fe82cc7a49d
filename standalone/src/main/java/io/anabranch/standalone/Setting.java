package io.anabranch.standalone;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One configuration key: what values it takes, its default, what it is for. */
public record Setting(String key, Kind kind, String defaultValue, String purpose) {

    /** What values a setting takes. */
    public sealed interface Kind {

        /** In words, for messages and for the documentation. */
        String allowed();

        boolean accepts(String value);
    }

    /** A whole number from {@code least} to {@code greatest}. */
    record Whole(long least, long greatest) implements Kind {

        @Override
        public String allowed() {
            return "a whole number from %d to %d".formatted(least, greatest);
        }

        @Override
        public boolean accepts(String value) {
            try {
                long number = new BigDecimal(value).longValueExact();
                return number >= least && number <= greatest;
            } catch (NumberFormatException | ArithmeticException e) {
                return false;
            }
        }
    }

    /** An ISO-8601 duration, such as PT0.1S, from {@code least} up. */
    record Span(Duration least) implements Kind {

        @Override
        public String allowed() {
            return "an ISO-8601 duration of at least %s, such as PT1S".formatted(least);
        }

        @Override
        public boolean accepts(String value) {
            try {
                return Duration.parse(value).compareTo(least) >= 0;
            } catch (DateTimeParseException e) {
                return false;
            }
        }
    }

    /** One of a few words. */
    record OneOf(List<String> words) implements Kind {

        static OneOf of(String... words) {
            return new OneOf(Arrays.asList(words));
        }

        @Override
        public String allowed() {
            return "one of " + String.join(", ", words);
        }

        @Override
        public boolean accepts(String value) {
            return words.contains(value);
        }
    }

    /** Any text but the empty one. */
    record Text() implements Kind {

        @Override
        public String allowed() {
            return "any text";
        }

        @Override
        public boolean accepts(String value) {
            return !value.isBlank();
        }
    }

    /** What is wrong with this value, naming the key; null when nothing is. */
    @Nullable
    String complaint(String value) {
        return kind.accepts(value) ? null : "The setting %s (%s) must be %s.".formatted(key, value, kind.allowed());
    }
}
