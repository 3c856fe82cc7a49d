package io.anabranch.stream;

import java.util.List;

/**
 * How a runtime is doing.
 *
 * @param phase where it stands
 * @param pending why it is not ready, one line each; empty when it is
 * @param liveModels number of model versions for which embeddings are kept
 */
public record StreamStatus(Phase phase, List<String> pending, int liveModels) {

    public StreamStatus {
        pending = List.copyOf(pending);
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
