package io.anabranch.standalone.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is wrong, check by check, and how much was looked at. One thread. */
final class Findings {

    private static final int SHOWN_PER_CHECK = 10;

    private final Map<String, List<String>> wrong = new TreeMap<>();
    private final Map<String, Long> compared = new TreeMap<>();
    private double worstError;

    void add(String check, String format, @Nullable Object... values) {
        wrong.computeIfAbsent(check, c -> new ArrayList<>()).add(format.formatted(values));
    }

    void compared(String check, long count) {
        compared.merge(check, count, Long::sum);
    }

    /** Notes a relative error that was accepted or not. */
    void error(double relative) {
        worstError = Math.max(worstError, relative);
    }

    boolean clean() {
        return wrong.isEmpty();
    }

    /** Names of the checks that found something. */
    List<String> failed() {
        return List.copyOf(wrong.keySet());
    }

    /** Comparisons by check. */
    Map<String, Long> comparisons() {
        return compared;
    }

    double worstError() {
        return worstError;
    }

    /** A line for each finding, the first ten of each check, with the number of all. */
    String describe() {
        StringBuilder text = new StringBuilder();
        wrong.forEach((check, lines) -> {
            text.append("%s: %d wrong%n".formatted(check, lines.size()));
            lines.stream()
                    .limit(SHOWN_PER_CHECK)
                    .forEach(line -> text.append("  ").append(line).append(System.lineSeparator()));
        });
        return text.isEmpty() ? "nothing wrong" : text.toString();
    }
}
