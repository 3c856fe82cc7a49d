package io.anabranch.stream;

import java.util.List;

/**
 * How a runtime is doing.
 *
 * @param phase where it stands
 * @param pending why it is not ready, one line each; empty when it is
 * @param liveModels number of model versions for which embeddings are kept
 * @param active partitions of the graph that are here, also while their state is restored, ascending
 * @param standby partitions of which a copy is here, ascending
 * @param restores what is being restored, ascending by partition
 */
public record StreamStatus(
        Phase phase,
        List<String> pending,
        int liveModels,
        List<Integer> active,
        List<Integer> standby,
        List<RestoreStatus> restores) {

    public StreamStatus {
        pending = List.copyOf(pending);
        active = List.copyOf(active);
        standby = List.copyOf(standby);
        restores = List.copyOf(restores);
    }

    /** Without any partition. */
    StreamStatus(Phase phase, List<String> pending, int liveModels) {
        this(phase, pending, liveModels, List.of(), List.of(), List.of());
    }

    /** Where a runtime stands. */
    public enum Phase {
        /** Not started, or waiting for Kafka, topics and models. */
        STARTING,
        /** Joining the group or restoring state. */
        RESTORING,
        /** Processing. */
        RUNNING,
        /** Gave up; the log says why. */
        FAILED,
        /** Closed. */
        STOPPED
    }

    /** Whether events are processed and embeddings are kept fresh now. */
    public boolean ready() {
        return phase == Phase.RUNNING && pending.isEmpty();
    }

    /** Whether the process is worth keeping. Restoring, rebalancing and waiting for Kafka are. */
    public boolean alive() {
        return phase != Phase.FAILED;
    }
}
