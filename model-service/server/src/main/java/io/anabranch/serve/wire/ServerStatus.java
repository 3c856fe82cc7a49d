package io.anabranch.serve.wire;

import java.util.List;

/**
 * How the server is, at one moment.
 *
 * @param pending why not ready, one line each; empty: ready
 * @param events records in the events topic
 */
public record ServerStatus(
        List<String> pending,
        int featureDimension,
        int partitions,
        GraphSize graph,
        long deadLetters,
        long events,
        FreshnessFigures freshness,
        List<TopicFigures> topics) {

    /** Size of the trainer's replica of the graph. */
    public record GraphSize(long vertices, long edges, long labels) {}

    /** From event accepted to embedding readable, milliseconds. */
    public record FreshnessFigures(long count, double p50Ms, double p99Ms, double maxMs) {}

    /**
     * A topic in figures.
     *
     * @param records sum over partitions of end offset minus begin offset
     * @param lag records that this service has not read yet; 0 for topics that it does not read
     */
    public record TopicFigures(String topic, int partitions, long records, long lag) {}
}
