package io.anabranch.graph.snapshot;

/**
 * The edges of a temporal data set as events, by ascending time; events of one time keep the order of the file. Immutable, safe for any thread.
 * Memory: 28 bytes an event.
 */
public final class TimedEdges {

    private final int nodes;
    private final int[] sources;
    private final int[] targets;
    private final double[] times;
    private final float[] weights;
    private final float[] labels;

    TimedEdges(int nodes, int[] sources, int[] targets, double[] times, float[] weights, float[] labels) {
        this.nodes = nodes;
        this.sources = sources;
        this.targets = targets;
        this.times = times;
        this.weights = weights;
        this.labels = labels;
    }

    /** Nodes of the data set; some may have no event. */
    public int nodeCount() {
        return nodes;
    }

    public int eventCount() {
        return sources.length;
    }

    public int source(int event) {
        return sources[event];
    }

    public int target(int event) {
        return targets[event];
    }

    /** Seconds from the first event. */
    public double time(int event) {
        return times[event];
    }

    public float weight(int event) {
        return weights[event];
    }

    /** NaN where the event has none. */
    public float label(int event) {
        return labels[event];
    }
}
