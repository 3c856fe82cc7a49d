package io.anabranch.standalone.chaos;

import java.util.ArrayList;
import java.util.List;

/** What was done when, for the report. Any thread. */
final class Timeline {

    private final long startMs = System.currentTimeMillis();
    private final List<String> lines = new ArrayList<>();

    void note(String format, Object... values) {
        String line =
                "%7.1f s  %s".formatted((System.currentTimeMillis() - startMs) / 1000.0, format.formatted(values));
        synchronized (lines) {
            lines.add(line);
        }
        System.getLogger(Timeline.class.getName()).log(System.Logger.Level.INFO, line);
    }

    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }
}
