package io.anabranch.serve.predict;

import io.anabranch.serve.ProblemException;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What goes on around every answer: it is counted and timed by version, and copied to the shadow. Any thread. */
public final class Traffic implements AutoCloseable {

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
        VersionTraffic traffic =
                versions.computeIfAbsent(route.version().version(), v -> new VersionTraffic(route.version(), meters));
        long begin = System.nanoTime();
        String outcome = "FAULT";
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
