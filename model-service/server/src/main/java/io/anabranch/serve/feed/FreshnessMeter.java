package io.anabranch.serve.feed;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * From event accepted by Kafka to embedding readable, since start. Three significant digits. What counts is decided by
 * {@link EmbeddingFeed}. Any thread.
 */
public final class FreshnessMeter {

    private final ConcurrentHistogram histogram = new ConcurrentHistogram(3);
    private final Timer timer;

    public FreshnessMeter(MeterRegistry meters) {
        timer = Timer.builder("anabranch.embedding.freshness")
                .description("From event accepted by Kafka to embedding readable")
                .serviceLevelObjectives(
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30))
                .register(meters);
    }

    void record(long millis) {
        long counted = Math.max(0, millis);
        histogram.recordValue(counted);
        timer.record(Duration.ofMillis(counted));
    }

    public Summary summary() {
        long count = histogram.getTotalCount();
        return count == 0
                ? new Summary(0, 0, 0, 0)
                : new Summary(
                        count,
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getMaxValue());
    }

    public record Summary(long count, double p50Ms, double p99Ms, double maxMs) {}
}
