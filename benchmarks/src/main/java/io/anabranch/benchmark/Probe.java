package io.anabranch.benchmark;

import io.anabranch.event.v1.GraphEvent;
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

    static List<GraphEvent> pairs(Workload workload, int count) {
        List<GraphEvent> events = new ArrayList<>(3 * count);
        for (int i = 0; i < count; i++) {
            events.addAll(workload.pair(source(i), target(i)));
        }
        return events;
    }
}
