package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphMutation;
import io.anabranch.stream.wire.UpdateContent;
import java.util.Arrays;
import java.util.List;

/**
 * Ingest: as many events partitions as there are partitions of the graph. The n-th event of the trace lies in one of them; a CLOCK of an
 * events partition tells every partition of the graph how many of its events have been routed.
 */
final class SimulatedIngest {
    private final long[] routed;
    private final long[] told;
    private long time = ClockTick.NO_TIME;

    SimulatedIngest(int partitions) {
        routed = new long[partitions];
        told = new long[partitions];
    }

    /** The event's update has been written; once for each event, not for its repetitions. */
    void routed(int index, GraphMutation mutation) {
        routed[index % routed.length]++;
        time = Math.max(time, mutation.time());
    }

    void tickAll(List<SimulatedPartition> partitions) {
        for (int e = 0; e < routed.length; e++) {
            tick(e, partitions);
        }
    }

    /** As if each had moved. */
    void tickAgain(List<SimulatedPartition> partitions) {
        Arrays.fill(told, -1);
        tickAll(partitions);
    }

    /** The events partition, if it has moved. */
    void tick(int e, List<SimulatedPartition> partitions) {
        if (told[e] < routed[e]) {
            told[e] = routed[e];
            var tick = new UpdateContent.Clock(new ClockTick(time, e, told[e]));
            partitions.forEach(p -> p.updates.add(tick));
        }
    }

    /** Everything that was fed so far. */
    EventPositions end() {
        return EventPositions.of(routed);
    }
}
