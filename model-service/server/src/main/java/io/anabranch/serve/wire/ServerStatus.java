package io.anabranch.serve.wire;

import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.serve.train.LiveGraph;
import java.util.List;
import java.util.Map;

/**
 * How the server is, at one moment.
 *
 * @param pending why not ready, one line each; empty: ready
 * @param sharing computation graphs that the trainer's replica keeps
 * @param events records in the events topic
 * @param stages the ways of an embedding, by name, in their order
 * @param progress by partition of the graph: next offset of every partition of the events topic, empty where not known
 * @param processors the stream processors' last reports
 */
public record ServerStatus(
        List<String> pending,
        int featureDimension,
        int partitions,
        GraphSize graph,
        List<LiveGraph.Sharing> sharing,
        long deadLetters,
        long events,
        FreshnessFigures freshness,
        Map<String, FreshnessFigures> stages,
        List<TopicFigures> topics,
        List<long[]> progress,
        List<ProcessorReport> processors) {

    /**
     * Size of the trainer's replica of the graph.
     *
     * @param learnedEdges how many of the edges were learned
     */
    public record GraphSize(long vertices, long edges, long learnedEdges, long labels) {}

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
