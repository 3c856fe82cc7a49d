package io.anabranch.serve.predict;

import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up what one shadow says beside one active version, for the report and as metrics. Thread-safe. */
final class ShadowComparison {

    private final long startedAtMs;
    private final long activeVersion;
    private final MeterRegistry meters;
    private final List<Meter> own = new ArrayList<>();
    private final AtomicLong seen = new AtomicLong();
    private final Counter answered;
    private final Counter failed;
    private final Counter dropped;
    private final Counter flipped;
    private final DistributionSummary differences;
    private final DistributionSummary overlaps;
    private long requests;
    private long errors;
    private long drops;
    private long compared;
    private long flips;
    private double sum;
    private double max;
    private long rankings;
    private double overlap;

    ShadowComparison(ModelVersion shadow, long startedAtMs, long activeVersion, MeterRegistry meters) {
        this.startedAtMs = startedAtMs;
        this.activeVersion = activeVersion;
        this.meters = meters;
        this.answered = requests(shadow, "answered");
        this.failed = requests(shadow, "failed");
        this.dropped = requests(shadow, "dropped");
        this.flipped = kept(Counter.builder("anabranch.shadow.flips")
                .description("Nodes and pairs to which a shadow gave other classes than the active version")
                .tag("model", shadow.name())
                .tag("version", Long.toString(shadow.version()))
                .register(meters));
        this.differences = kept(DistributionSummary.builder("anabranch.shadow.difference")
                .description(
                        "Greatest difference of a probability between a shadow and the active version, by node or pair")
                .tag("model", shadow.name())
                .tag("version", Long.toString(shadow.version()))
                .register(meters));
        this.overlaps = kept(DistributionSummary.builder("anabranch.shadow.overlap")
                .description(
                        "Share of the vertices of a ranking or of nearest neighbours that both a shadow and the active version found")
                .tag("model", shadow.name())
                .tag("version", Long.toString(shadow.version()))
                .register(meters));
        kept(Gauge.builder("anabranch.shadow.difference.greatest", () -> report().maxDifference())
                .description("Greatest difference since the shadow was started beside this active version")
                .tag("model", shadow.name())
                .tag("version", Long.toString(shadow.version()))
                .register(meters));
    }

    private Counter requests(ModelVersion shadow, String outcome) {
        return kept(Counter.builder("anabranch.shadow.requests")
                .description("Copies of requests for a shadow, by outcome")
                .tag("model", shadow.name())
                .tag("version", Long.toString(shadow.version()))
                .tag("outcome", outcome)
                .register(meters));
    }

    private <M extends Meter> M kept(M meter) {
        own.add(meter);
        return meter;
    }

    boolean isOf(long otherStart, long otherActive) {
        return startedAtMs == otherStart && activeVersion == otherActive;
    }

    /** Number of this request among those that could be copied. */
    long next() {
        return seen.incrementAndGet();
    }

    synchronized void compared(Difference difference) {
        requests++;
        answered.increment();
        flips += difference.flips();
        flipped.increment(difference.flips());
        for (double value : difference.values()) {
            compared++;
            sum += value;
            max = Math.max(max, value);
            differences.record(value);
        }
    }

    /** @param share see {@link Overlap} */
    synchronized void ranked(double share) {
        requests++;
        answered.increment();
        rankings++;
        overlap += share;
        overlaps.record(share);
    }

    synchronized void failed() {
        requests++;
        errors++;
        failed.increment();
    }

    synchronized void dropped() {
        drops++;
        dropped.increment();
    }

    synchronized ShadowReport report() {
        return new ShadowReport(
                activeVersion,
                requests,
                errors,
                drops,
                compared,
                flips,
                compared == 0 ? 0 : sum / compared,
                max,
                rankings,
                rankings == 0 ? 0 : overlap / rankings);
    }

    void removeMeters() {
        own.forEach(meters::remove);
    }
}
