package io.anabranch.serve.feed;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * From event to embedding readable, by stage, since start. Three significant digits. What counts is decided by
 * {@link EmbeddingFeed}. Any thread.
 */
public final class FreshnessMeter {

    /** A part of an embedding's way. */
    public enum Stage {
        /** From the acceptance of the oldest event behind it to its sending. */
        SENT("sent"),
        /** From its sending to readable: the transaction's end, the fetch, the view. */
        DELIVERED("delivered"),
        /** From the acceptance of the oldest event behind it to readable. */
        READABLE("readable"),
        /** From the greatest event time that it reflects to readable. */
        EVENT_TIME("event-time");

        private final String label;

        Stage(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    private record Meter(ConcurrentHistogram histogram, Timer timer) {}

    private final Map<Stage, Meter> stages = new EnumMap<>(Stage.class);

    public FreshnessMeter(MeterRegistry meters) {
        for (Stage stage : Stage.values()) {
            Timer.Builder timer = stage == Stage.READABLE
                    ? Timer.builder("anabranch.embedding.freshness")
                            .description("From event accepted by Kafka to embedding readable")
                    : Timer.builder("anabranch.embedding.stage")
                            .description("Parts of the way of an embedding")
                            .tag("stage", stage.label());
            stages.put(
                    stage,
                    new Meter(
                            new ConcurrentHistogram(3),
                            timer.serviceLevelObjectives(BUCKETS).register(meters)));
        }
    }

    void record(Stage stage, long millis) {
        Meter meter = stages.get(stage);
        if (meter != null) {
            // Clocks of other machines may be ahead.
            long counted = Math.max(0, millis);
            meter.histogram().recordValue(counted);
            meter.timer().record(Duration.ofMillis(counted));
        }
    }

    public Summary summary() {
        return summary(Stage.READABLE);
    }

    public Summary summary(Stage stage) {
        Meter meter = stages.get(stage);
        long count = meter == null ? 0 : meter.histogram().getTotalCount();
        return meter == null || count == 0
                ? new Summary(0, 0, 0, 0)
                : new Summary(
                        count,
                        meter.histogram().getValueAtPercentile(50),
                        meter.histogram().getValueAtPercentile(99),
                        meter.histogram().getMaxValue());
    }

    public record Summary(long count, double p50Ms, double p99Ms, double maxMs) {}
}
