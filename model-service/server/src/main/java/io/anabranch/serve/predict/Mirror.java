package io.anabranch.serve.predict;

import io.anabranch.model.v1.Shadow;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.Prediction.Classified;
import io.anabranch.serve.predict.Prediction.Embedded;
import io.anabranch.serve.predict.Prediction.RankedLinks;
import io.anabranch.serve.predict.Prediction.ScoredLinks;
import io.anabranch.serve.predict.Prediction.Similar;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has shadows answer copies of requests, behind the callers' backs: on one thread of low priority, with a bound on what waits for it; what
 * does not fit is counted and left out. The shadow reads its vectors a little later than the caller's answer did: on a graph that moves,
 * a small part of the difference is that.
 *
 * <p>Classes and scores of links are compared one by one, rankings and nearest neighbours by what both have found. Embeddings are not copied,
 * nor is what is asked of a vector: the axes of two versions have nothing to do with each other.
 */
final class Mirror implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Mirror.class);

    private final int capacity;
    private final MeterRegistry meters;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<Long, ShadowComparison> comparisons = new ConcurrentHashMap<>();
    private final ExecutorService executor;

    /** @param capacity most nodes and pairs that wait for the shadow's answer; a ranking counts by its length */
    Mirror(int capacity, MeterRegistry meters) {
        this.capacity = capacity;
        this.meters = meters;
        this.executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread =
                    Thread.ofPlatform().daemon().name("anabranch-shadow").unstarted(task);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
    }

    /** Copies the request if it is of the shadow's share. Never blocks, never throws for what the shadow does. */
    void copy(
            ModelVersion version,
            Shadow shadow,
            Prediction answer,
            Function<ModelVersion, ? extends Prediction> compute) {
        int size = size(answer);
        if (size == 0) {
            return;
        }
        ShadowComparison comparison = comparisonOf(version, shadow.getStartedAtMs(), answer.modelVersion());
        if (!Share.holds(shadow.getPercent(), version.version(), comparison.next())) {
            return;
        }
        if (waiting.addAndGet(size) > capacity) {
            waiting.addAndGet(-size);
            comparison.dropped();
            return;
        }
        executor.execute(() -> {
            try {
                compare(comparison, answer, compute.apply(version));
            } catch (ProblemException e) {
                comparison.failed();
            } catch (RuntimeException e) {
                // A fault of ours must not end the thread that the next copies need.
                LOG.errorf(e, "Version %d, a shadow, failed.", version.version());
                comparison.failed();
            } finally {
                waiting.addAndGet(-size);
            }
        });
    }

    private ShadowComparison comparisonOf(ModelVersion version, long startedAtMs, long activeVersion) {
        ShadowComparison known = comparisons.get(version.version());
        if (known != null && known.isOf(startedAtMs, activeVersion)) {
            return known;
        }
        return comparisons.compute(version.version(), (v, before) -> {
            if (before != null && before.isOf(startedAtMs, activeVersion)) {
                return before;
            }
            if (before != null) {
                before.removeMeters();
            }
            return new ShadowComparison(version, startedAtMs, activeVersion, meters);
        });
    }

    private static int size(Prediction answer) {
        return switch (answer) {
            case Classified classified -> classified.nodes().size();
            case ScoredLinks scored -> scored.links().size();
            case RankedLinks ranked -> ranked.links().size();
            case Similar similar -> similar.nodes().size();
            case Embedded embedded -> 0;
        };
    }

    private static void compare(ShadowComparison comparison, Prediction answer, Prediction shadow) {
        switch (answer) {
            case Classified classified -> comparison.compared(Difference.of(classified, (Classified) shadow));
            case ScoredLinks scored -> comparison.compared(Difference.of(scored, (ScoredLinks) shadow));
            case RankedLinks ranked -> comparison.ranked(Overlap.of(ranked, (RankedLinks) shadow));
            case Similar similar -> comparison.ranked(Overlap.of(similar, (Similar) shadow));
            case Embedded embedded -> {}
        }
    }

    /** Of a version that is, or was, a shadow and has been asked. */
    @Nullable
    ShadowReport report(long version) {
        ShadowComparison comparison = comparisons.get(version);
        return comparison == null ? null : comparison.report();
    }

    void forget(long version) {
        ShadowComparison gone = comparisons.remove(version);
        if (gone != null) {
            gone.removeMeters();
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
