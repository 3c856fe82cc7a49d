package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.predict.Prediction.SimilarNode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** How much of what is nearest the index finds: the mean over the last sampled answers. Any thread. */
final class RecallSamples {

    private static final int KEPT = 100;

    private final Duration interval;
    private final AtomicLong nextDue = new AtomicLong(System.nanoTime());
    // Guarded by itself.
    private final ArrayDeque<Double> samples = new ArrayDeque<>();

    /** @param interval least time between samples; zero: there are none */
    RecallSamples(Duration interval, MeterRegistry meters) {
        this.interval = interval;
        Gauge.builder("anabranch.similar.recall", this::mean)
                .description("Share of the nearest neighbours that indexes found, over the last sampled searches")
                .register(meters);
    }

    /** Whether it is time for a sample; true to one caller. */
    boolean due() {
        long due = nextDue.get();
        long now = System.nanoTime();
        return interval.isPositive() && now - due >= 0 && nextDue.compareAndSet(due, now + interval.toNanos());
    }

    /** The sample that was due is not taken; the next answer may. */
    void postpone() {
        nextDue.set(System.nanoTime());
    }

    void add(double recall) {
        synchronized (samples) {
            samples.add(recall);
            if (samples.size() > KEPT) {
                samples.remove();
            }
        }
    }

    double mean() {
        synchronized (samples) {
            return samples.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        }
    }

    /** The share of answers that are at least as near as the last of as many exact ones; of equals it does not matter which. */
    static double recall(Similar answered, Similar exact) {
        List<SimilarNode> nearest = exact.nodes();
        if (nearest.isEmpty()) {
            return 1;
        }
        double last = exact.metric().rank(nearest.getLast().score());
        long found = answered.nodes().stream()
                .filter(node -> answered.metric().rank(node.score()) >= last)
                .count();
        return Math.min(1, found / (double) nearest.size());
    }
}
