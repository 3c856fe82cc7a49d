package io.anabranch.serve.predict;

import io.anabranch.serve.ProblemException;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What goes on around every answer: it is counted and timed by version, and copied to the shadow. Any thread. */
public final class Traffic implements AutoCloseable {

    private static final String FAULT = "FAULT";

    private final MeterRegistry meters;
    private final Mirror mirror;
    private final Map<Long, VersionTraffic> versions = new ConcurrentHashMap<>();

    /** @param shadowCapacity most nodes and pairs that wait for a shadow's answer */
    public Traffic(int shadowCapacity, MeterRegistry meters) {
        this.meters = meters;
        this.mirror = new Mirror(shadowCapacity, meters);
    }

    /** The answer of the route's version. */
    <T extends Prediction> T answer(Route route, Function<ModelVersion, T> compute) {
        VersionTraffic traffic = trafficOf(route);
        long begin = System.nanoTime();
        String outcome = FAULT;
        T answer;
        try {
            answer = compute.apply(route.version());
            outcome = VersionTraffic.OK;
        } catch (ProblemException e) {
            outcome = e.problem().reason();
            throw e;
        } finally {
            traffic.add(route.role(), outcome, System.nanoTime() - begin);
        }
        if (route.shadowVersion() != null && route.shadow() != null) {
            mirror.copy(route.shadowVersion(), route.shadow(), answer, compute);
        }
        return answer;
    }

    /**
     * The same of an answer that comes later. One that nobody waits for any more is counted nowhere.
     *
     * @param copied the shadow's answer, made on the shadow's thread; null: it is not asked
     */
    <T extends Prediction> CompletableFuture<T> answerLater(
            Route route,
            Function<ModelVersion, CompletableFuture<T>> compute,
            @Nullable Function<ModelVersion, T> copied) {
        VersionTraffic traffic = trafficOf(route);
        long begin = System.nanoTime();
        CompletableFuture<T> answer;
        try {
            answer = compute.apply(route.version());
        } catch (RuntimeException e) {
            traffic.add(route.role(), outcome(e), System.nanoTime() - begin);
            throw e;
        }
        return answer.whenComplete((result, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof CancellationException) {
                return;
            }
            traffic.add(route.role(), outcome(cause), System.nanoTime() - begin);
            if (cause == null && copied != null && route.shadowVersion() != null && route.shadow() != null) {
                mirror.copy(route.shadowVersion(), route.shadow(), result, copied);
            }
        });
    }

    private static String outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return VersionTraffic.OK;
        }
        return failure instanceof ProblemException e ? e.problem().reason() : FAULT;
    }

    private VersionTraffic trafficOf(Route route) {
        return versions.computeIfAbsent(route.version().version(), v -> new VersionTraffic(route.version(), meters));
    }

    public Served served(long version) {
        VersionTraffic traffic = versions.get(version);
        return traffic == null ? Served.NOTHING : traffic.served();
    }

    /** Null: the version was never asked as a shadow. */
    public @Nullable ShadowReport shadow(long version) {
        return mirror.report(version);
    }

    /** Forgets a version that is retired, with its metrics. */
    void forget(long version) {
        VersionTraffic gone = versions.remove(version);
        if (gone != null) {
            gone.removeMeters();
        }
        mirror.forget(version);
    }

    @Override
    public void close() {
        mirror.close();
    }

    /** What this process has answered with a version since it started. */
    public record Served(long requests, long errors, double meanMs) {
        static final Served NOTHING = new Served(0, 0, 0);
    }
}
