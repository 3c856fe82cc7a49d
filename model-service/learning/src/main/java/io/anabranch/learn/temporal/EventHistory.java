package io.anabranch.learn.temporal;

import io.anabranch.graph.snapshot.TimedEdges;

/**
 * The timed edges of a graph as events, numbered 0 to n - 1 by ascending time; events of one time keep the order of the source. Vertices are
 * numbered from 0. Immutable, safe for any thread.
 *
 * <p>Memory: 20 bytes an event and 4 for each of its features.
 */
public final class EventHistory {

    private final int vertices;
    private final int[] sources;
    private final int[] targets;
    private final double[] times;
    private final int featureWidth;
    private final float[] features;
    private final float[] labels;

    private EventHistory(
            int vertices,
            int[] sources,
            int[] targets,
            double[] times,
            int featureWidth,
            float[] features,
            float[] labels) {
        this.vertices = vertices;
        this.sources = sources;
        this.targets = targets;
        this.times = times;
        this.featureWidth = featureWidth;
        this.features = features;
        this.labels = labels;
    }

    /**
     * A history of given events; the arrays are copied.
     *
     * @param times in seconds, from any origin, ascending
     * @param featureWidth numbers that describe an event, 0 for none
     * @param features [events, featureWidth], row after row
     * @param labels of the events, NaN for none
     */
    public static EventHistory of(
            int vertices,
            int[] sources,
            int[] targets,
            double[] times,
            int featureWidth,
            float[] features,
            float[] labels) {
        int events = sources.length;
        if (targets.length != events || times.length != events || labels.length != events) {
            throw new IllegalArgumentException(
                    "There must be as many sources (%d) as targets (%d), times (%d) and labels (%d)."
                            .formatted(events, targets.length, times.length, labels.length));
        }
        if (featureWidth < 0 || features.length != (long) events * featureWidth) {
            throw new IllegalArgumentException("The number of features (%d) does not fit %d events with %d each."
                    .formatted(features.length, events, featureWidth));
        }
        for (int e = 0; e < events; e++) {
            if (sources[e] < 0 || sources[e] >= vertices || targets[e] < 0 || targets[e] >= vertices) {
                throw new IllegalArgumentException(
                        "The ends (%d, %d) of event %d must be below the number of vertices (%d)."
                                .formatted(sources[e], targets[e], e, vertices));
            }
            if (!Double.isFinite(times[e]) || e > 0 && times[e] < times[e - 1]) {
                throw new IllegalArgumentException(
                        "The time (%s) of event %d must be a number and not before the event above (%s)."
                                .formatted(times[e], e, e > 0 ? times[e - 1] : "none"));
            }
        }
        return new EventHistory(
                vertices,
                sources.clone(),
                targets.clone(),
                times.clone(),
                featureWidth,
                features.clone(),
                labels.clone());
    }

    /** The events of a data set; their weight is a feature unless all weigh the same. */
    public static EventHistory of(TimedEdges edges) {
        int events = edges.eventCount();
        int[] sources = new int[events];
        int[] targets = new int[events];
        double[] times = new double[events];
        float[] weights = new float[events];
        float[] labels = new float[events];
        boolean weighted = false;
        for (int e = 0; e < events; e++) {
            sources[e] = edges.source(e);
            targets[e] = edges.target(e);
            times[e] = edges.time(e);
            weights[e] = edges.weight(e);
            labels[e] = edges.label(e);
            weighted |= weights[e] != weights[0];
        }
        return weighted
                ? of(edges.nodeCount(), sources, targets, times, 1, weights, labels)
                : of(edges.nodeCount(), sources, targets, times, 0, new float[0], labels);
    }

    public int vertices() {
        return vertices;
    }

    public int events() {
        return sources.length;
    }

    public int source(int event) {
        return sources[event];
    }

    public int target(int event) {
        return targets[event];
    }

    /** Seconds. */
    public double time(int event) {
        return times[event];
    }

    public int featureWidth() {
        return featureWidth;
    }

    public float feature(int event, int column) {
        return features[event * featureWidth + column];
    }

    /** NaN for none. */
    public float label(int event) {
        return labels[event];
    }

    /** The first event of the time of this one. */
    public int firstOfTime(int event) {
        int first = event;
        while (first > 0 && times[first - 1] == times[event]) {
            first--;
        }
        return first;
    }

    /** One behind the last event of the time of this one. */
    public int endOfTime(int event) {
        int end = event + 1;
        while (end < times.length && times[end] == times[event]) {
            end++;
        }
        return end;
    }

    /** One behind the last event that is not after a time. O(log n). */
    public int until(double time) {
        int low = 0;
        int high = times.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
