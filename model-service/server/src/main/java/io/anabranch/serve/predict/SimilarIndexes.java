package io.anabranch.serve.predict;

import io.anabranch.serve.predict.Prediction.ExactReason;
import io.anabranch.serve.predict.SimilarSettings.IndexMode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The indexes of the live versions that have one, kept in step with the embeddings by one thread. */
public final class SimilarIndexes implements EmbeddingListener, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SimilarIndexes.class);
    private static final int TURN = 200;

    private final SimilarSettings settings;
    private final EmbeddingView view;
    private final LongPredicate retired;
    private final Map<Long, VersionIndex> indexes = new ConcurrentHashMap<>();
    // One thread: a clean-up must leave the others to those who search.
    private final ForkJoinPool repairs = new ForkJoinPool(1);
    private final Thread indexer =
            Thread.ofPlatform().daemon().name("anabranch-similar-indexer").unstarted(this::run);
    private volatile boolean closed;
    private volatile boolean idle;

    /** @param retired whether a version has no embeddings any more, nor ever will */
    public SimilarIndexes(SimilarSettings settings, EmbeddingView view, LongPredicate retired, MeterRegistry meters) {
        this.settings = settings;
        this.view = view;
        this.retired = retired;
        gauge(
                meters,
                "anabranch.similar.backlog",
                VersionIndex::backlog,
                "Changed vertices that indexes have not taken in");
        gauge(meters, "anabranch.similar.vectors", VersionIndex::size, "Vectors in indexes of nearest neighbours");
        gauge(
                meters,
                "anabranch.similar.tombstones",
                VersionIndex::tombstones,
                "Vectors gone but not taken out of indexes");
        Gauge.builder("anabranch.similar.memory", () -> sum(VersionIndex::bytes))
                .baseUnit("bytes")
                .description("About what the indexes of nearest neighbours take on the heap")
                .register(meters);
    }

    private void gauge(MeterRegistry meters, String name, ToLongFunction<VersionIndex> of, String description) {
        Gauge.builder(name, () -> sum(of)).description(description).register(meters);
    }

    private long sum(ToLongFunction<VersionIndex> of) {
        return indexes.values().stream().mapToLong(of).sum();
    }

    /** Listens to the view from now on. Once, before the feed starts. */
    public void start() {
        if (settings.index() != IndexMode.OFF) {
            view.listen(this);
            indexer.start();
        }
    }

    @Override
    public void changed(long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now) {
        VersionIndex index = indexes.get(version);
        if (index != null) {
            index.changed(vertexId, before, now);
            wake();
        } else if (settings.index() == IndexMode.ALWAYS && view.size(version) >= settings.exactBelow()) {
            create(version);
        }
    }

    @Override
    public void dropped(long version) {
        VersionIndex index = indexes.remove(version);
        if (index != null) {
            index.close();
        }
    }

    /** Why the version's index cannot be searched; null: it can. Has one made where that is due. */
    @Nullable
    ExactReason obstacle(long version) {
        if (settings.index() == IndexMode.OFF) {
            return ExactReason.INDEX_OFF;
        }
        if (view.size(version) < settings.exactBelow()) {
            return ExactReason.FEW_EMBEDDINGS;
        }
        VersionIndex index = indexes.get(version);
        if (index == null) {
            create(version);
            return ExactReason.INDEX_BEHIND;
        }
        return index.obstacle();
    }

    private void create(long version) {
        indexes.computeIfAbsent(version, v -> new VersionIndex(settings, view.of(version), repairs));
        if (retired.test(version)) {
            // Retired between the look and this.
            dropped(version);
        }
        wake();
    }

    @Nullable
    VersionIndex of(long version) {
        return indexes.get(version);
    }

    private void wake() {
        if (idle) {
            LockSupport.unpark(indexer);
        }
    }

    private void run() {
        while (!closed) {
            if (!work()) {
                idle = true;
                // A change that was noted before the flag was seen is found here; a later one wakes this thread.
                if (indexes.values().stream().allMatch(VersionIndex::settled)) {
                    LockSupport.park(this);
                }
                idle = false;
            }
        }
    }

    private boolean work() {
        boolean more = false;
        for (Map.Entry<Long, VersionIndex> each : indexes.entrySet()) {
            try {
                more |= each.getValue().work(TURN);
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "The index of model version %d failed by a fault of this server; its searches compare all embeddings.",
                        each.getKey());
                each.getValue().fail();
            }
        }
        return more;
    }

    /** Whether every index has taken in all changes. */
    boolean settled() {
        return indexes.values().stream().allMatch(VersionIndex::settled);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(indexer);
        indexes.values().forEach(VersionIndex::close);
        repairs.shutdown();
    }
}
