package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Traffic.Served;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Requests that one version answered, by why it did and with what outcome. Any thread. */
final class VersionTraffic {

    static final String OK = "OK";

    private record Kind(Route.Role role, String outcome) {}

    private final ModelVersion version;
    private final MeterRegistry meters;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    VersionTraffic(ModelVersion version, MeterRegistry meters) {
        this.version = version;
        this.meters = meters;
    }

    /** @param outcome {@link #OK}, or the reason of the problem: there are few */
    void add(Route.Role role, String outcome, long took) {
        requests.increment();
        if (!outcome.equals(OK)) {
            errors.increment();
        }
        nanos.add(took);
        timers.computeIfAbsent(new Kind(role, outcome), this::timer).record(took, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("anabranch.model.requests")
                .description("Time of answers by model version, by why it answered and with what outcome")
                .tag("model", version.name())
                .tag("version", Long.toString(version.version()))
                .tag("role", kind.role().label())
                .tag("outcome", kind.outcome())
                .register(meters);
    }

    Served served() {
        long count = requests.sum();
        return new Served(count, errors.sum(), count == 0 ? 0 : nanos.sum() / 1e6 / count);
    }

    void removeMeters() {
        timers.values().forEach(meters::remove);
    }
}
