package io.anabranch.serve.guard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.guard.GuardConfig.Quota;
import io.anabranch.serve.guard.GuardConfig.Quotas;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests and events a second, by tenant, in token buckets that hold one second's worth. Each process counts for itself. Only tenants
 * with a quota of their own have metrics of their own; the others share one name. Any thread.
 */
public final class TenantQuotas {

    private static final String OTHERS = "other";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private record Buckets(
            @Nullable Bucket requests, @Nullable Bucket events) {}

    private final Quotas quotas;
    private final MeterRegistry meters;
    private final TimeMeter time;
    // A bucket is full again after a second: one that nobody has asked for a minute is as good as a new one.
    private final Cache<String, Buckets> buckets =
            Caffeine.newBuilder().expireAfterAccess(Duration.ofMinutes(1)).build();

    public TenantQuotas(Quotas quotas, MeterRegistry meters, TimeMeter time) {
        this.quotas = quotas;
        this.meters = meters;
        this.time = time;
    }

    /** @throws io.anabranch.serve.ProblemException if the tenant has had its requests of this second */
    void takeRequest(Caller caller) {
        take(caller, of(caller).requests(), "requests");
    }

    /** @throws io.anabranch.serve.ProblemException if the tenant has had its events of this second */
    public void takeEvent(Caller caller) {
        take(caller, of(caller).events(), "events");
    }

    private Buckets of(Caller caller) {
        return buckets.get(caller.tenant(), tenant -> {
            Quota quota = quotas.of(tenant);
            return new Buckets(bucket(quota.requests()), bucket(quota.events()));
        });
    }

    private @Nullable Bucket bucket(int perSecond) {
        return perSecond == 0
                ? null
                : Bucket.builder()
                        .addLimit(limit -> limit.capacity(perSecond).refillGreedy(perSecond, SECOND))
                        .withCustomTimePrecision(time)
                        .build();
    }

    private void take(Caller caller, @Nullable Bucket bucket, String what) {
        if (bucket == null) {
            return;
        }
        ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
        count(caller, what, probe.isConsumed() ? "admitted" : "refused");
        if (!probe.isConsumed()) {
            throw new Refused(
                            Refusal.QUOTA,
                            "QUOTA_EXCEEDED",
                            "The tenant %s has had its %s of this second.".formatted(caller.tenant(), what),
                            Duration.ofNanos(probe.getNanosToWaitForRefill()))
                    .exception();
        }
    }

    private void count(Caller caller, String what, String outcome) {
        Counter.builder("anabranch.tenant." + what)
                .description("What tenants with a quota asked for: " + what)
                .tag("tenant", quotas.byTenant().containsKey(caller.tenant()) ? caller.tenant() : OTHERS)
                .tag("outcome", outcome)
                .register(meters)
                .increment();
    }
}
