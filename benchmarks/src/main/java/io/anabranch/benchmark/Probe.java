package io.anabranch.benchmark;

import java.util.ArrayList;
import java.util.List;

/** Names and bootstrap of the vertex pairs that probes use: each pair once, so a change can only come from its probe. */
final class Probe {

    private Probe() {}

    static String source(int number) {
        return "probe-" + number;
    }

    static String target(int number) {
        return "probe-target-" + number;
    }

    static List<byte[]> pairs(Workload workload, int count) {
        List<byte[]> events = new ArrayList<>(3 * count);
        for (int i = 0; i < count; i++) {
            workload.pair(source(i), target(i)).forEach(event -> events.add(event.toByteArray()));
        }
        return events;
    }
}
