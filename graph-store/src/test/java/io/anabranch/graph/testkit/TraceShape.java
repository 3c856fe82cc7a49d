package io.anabranch.graph.testkit;

import java.util.random.RandomGenerator;

/**
 * What a random event trace is like.
 *
 * @param vertices how many ids the trace draws from
 * @param events how many events are drawn; duplicates come on top
 * @param featureDimension length of feature rows
 * @param edgeTypes how many edge types, the first of which is empty
 * @param hubs how many of the vertices take half of all edge ends
 * @param nodeShare share of node upserts among the events
 * @param deleteShare share of deletes (node and edge) among the events
 * @param duplicateShare share of events that come a second time, later in the trace
 * @param lateShare share of events whose time lies before their place in the trace
 * @param equalTimeShare share of events that have the time of another event
 * @param patchShare share of node events, upserts, that write single feature columns instead
 * @param expiryShare share of edge upserts whose edge expires, 1 to 40 after its time
 */
public record TraceShape(
        int vertices,
        int events,
        int featureDimension,
        int edgeTypes,
        int hubs,
        double nodeShare,
        double deleteShare,
        double duplicateShare,
        double lateShare,
        double equalTimeShare,
        double patchShare,
        double expiryShare) {

    /** Without patches and expiries. */
    public TraceShape(
            int vertices,
            int events,
            int featureDimension,
            int edgeTypes,
            int hubs,
            double nodeShare,
            double deleteShare,
            double duplicateShare,
            double lateShare,
            double equalTimeShare) {
        this(
                vertices,
                events,
                featureDimension,
                edgeTypes,
                hubs,
                nodeShare,
                deleteShare,
                duplicateShare,
                lateShare,
                equalTimeShare,
                0,
                0);
    }

    /** Ten vertices, sixty events, a bit of everything. */
    public static TraceShape small(int featureDimension) {
        return new TraceShape(10, 60, featureDimension, 2, 1, 0.3, 0.25, 0.1, 0.25, 0.2, 0.3, 0.2);
    }

    /** A shape drawn at random: tiny or some dozens of vertices, growing or churning, orderly or not, with hubs or without. */
    public static TraceShape mixed(RandomGenerator random, int featureDimension) {
        int vertices = random.nextBoolean() ? random.nextInt(1, 7) : random.nextInt(5, 40);
        return new TraceShape(
                vertices,
                random.nextInt(1, 4 + 6 * vertices),
                featureDimension,
                random.nextInt(1, 4),
                random.nextInt(0, 3),
                random.nextDouble(0.05, 0.5),
                random.nextBoolean() ? random.nextDouble(0.3) : random.nextDouble(0.3, 0.6),
                random.nextBoolean() ? 0 : random.nextDouble(0.4),
                random.nextBoolean() ? 0 : random.nextDouble(0.5),
                random.nextBoolean() ? 0 : random.nextDouble(0.6),
                random.nextBoolean() ? 0 : random.nextDouble(0.8),
                random.nextBoolean() ? 0 : random.nextDouble(0.6));
    }
}
