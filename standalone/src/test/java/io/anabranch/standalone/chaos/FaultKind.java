package io.anabranch.standalone.chaos;

/** What is done to the processes. */
enum FaultKind {
    /** kill -9 of a stream processor, which starts again at once and takes its partitions back (static membership). */
    KILL_PROCESSOR,
    /** kill -9 of a stream processor, which stays away until the others have its partitions. */
    KILL_PROCESSOR_FOR_LONG,
    /** kill -9 of all stream processors at the same time. */
    KILL_ALL_PROCESSORS,
    /** SIGTERM of a stream processor, which starts again. */
    RESTART_PROCESSOR,
    /** SIGSTOP of a stream processor for less than its session timeout. */
    PAUSE_PROCESSOR,
    /** SIGSTOP of a stream processor for longer than its session: it wakes up as a zombie in the middle of a transaction. */
    ZOMBIE_PROCESSOR,
    /** One more stream processor joins; the next time it is told to leave. */
    REBALANCE,
    /** SIGTERM of the broker, which starts again on its data. */
    RESTART_BROKER,
    /** kill -9 of the broker, which starts again on its data. */
    KILL_BROKER,
    /** kill -9 of the broker and of a stream processor at the same time. */
    KILL_BROKER_AND_PROCESSOR,
    /** kill -9 of the model server, which starts again. */
    KILL_SERVER,
    /** SIGSTOP of the model server for some seconds. */
    PAUSE_SERVER;

    /** Whether embeddings stand still, so that the time until they move again is worth reporting. */
    boolean stopsEmbeddings() {
        return switch (this) {
            case KILL_SERVER, PAUSE_SERVER -> false;
            case KILL_PROCESSOR,
                    KILL_PROCESSOR_FOR_LONG,
                    KILL_ALL_PROCESSORS,
                    RESTART_PROCESSOR,
                    PAUSE_PROCESSOR,
                    ZOMBIE_PROCESSOR,
                    REBALANCE,
                    RESTART_BROKER,
                    KILL_BROKER,
                    KILL_BROKER_AND_PROCESSOR -> true;
        };
    }
}
