package io.anabranch.serve.map;

import io.anabranch.graph.Ownership;
import io.anabranch.serve.Problem;
import io.anabranch.serve.map.EmbeddingMap.Point;
import io.anabranch.serve.predict.EmbeddingListener;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.TaskKind;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.registry.ModelVersion;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws embeddings as points, one map at a time on a thread of its own. Who asks for the same within a second gets the same map. Of each version
 * that is asked for, the ids of its sample and its axes are kept. Never blocks; any thread.
 */
public final class EmbeddingMaps implements EmbeddingListener, AutoCloseable {

    public static final int DEFAULT_NODES = 5_000;
    public static final int MAX_NODES = 50_000;

    /** Of how many embeddings the axes are made, at most, however many are shown. */
    static final int AXES_NODES = 5_000;

    static final int MAX_MAPS = 16;
    /** How long a map is given to others who ask for the same. */
    static final Duration FRESH = Duration.ofSeconds(1);
    /** Axes have come 63 % of the way after this time. */
    static final Duration PACE = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private record Key(long version, String task, int nodes) {}

    private record Shared(CompletableFuture<EmbeddingMap> map, long begun) {}

    private static final class Drawn {
        final HashSample sample = new HashSample();

        @Nullable
        PrincipalAxes axes;

        long moved;
    }

    private final Predictions predictions;
    private final EmbeddingView view;
    private final Ownership ownership;
    private final Supplier<List<EventPosition>> reflected;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Timer timer;
    private final Map<Long, Drawn> versions = new ConcurrentHashMap<>();
    // Guarded by itself.
    private final LinkedHashMap<Key, Shared> maps = new LinkedHashMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("anabranch-map").factory());
    private long lastRevision;

    /**
     * @param partitions of the graph
     * @param reflected what all embeddings reflect
     * @param clock dates axes, and tells ages
     */
    public EmbeddingMaps(
            Predictions predictions,
            EmbeddingView view,
            int partitions,
            Supplier<List<EventPosition>> reflected,
            Clock clock,
            MeterRegistry meters) {
        this(predictions, view, partitions, reflected, clock, System::nanoTime, meters);
    }

    /** @param nanos says how much time has passed */
    EmbeddingMaps(
            Predictions predictions,
            EmbeddingView view,
            int partitions,
            Supplier<List<EventPosition>> reflected,
            Clock clock,
            LongSupplier nanos,
            MeterRegistry meters) {
        this.nanos = nanos;
        this.predictions = predictions;
        this.view = view;
        this.ownership = Ownership.byHash(partitions, 0);
        this.reflected = reflected;
        this.clock = clock;
        this.timer = Timer.builder("anabranch.map.duration")
                .description("Time to compute a map of embeddings")
                .register(meters);
    }

    /** Hears of vertices that come and go. Once, before the feed starts. */
    public void start() {
        view.listen(this);
    }

    /**
     * A map at most a second old.
     *
     * @param task empty: the version's only classification or regression task, or none where it has none
     * @param maxNodes how many points at most, 1 to {@value #MAX_NODES}; 0: {@value #DEFAULT_NODES}
     */
    public CompletableFuture<EmbeddingMap> map(ModelChoice choice, String task, int maxNodes) {
        if (maxNodes < 0 || maxNodes > MAX_NODES) {
            throw Problem.invalid(
                    "max_nodes",
                    "Must be at most %d, but is %s.".formatted(MAX_NODES, Integer.toUnsignedString(maxNodes)));
        }
        predictions.requireReady();
        ModelVersion version =
                task.isEmpty() ? predictions.version(choice) : predictions.version(choice, task, TaskKind.NODES);
        boolean classes =
                !task.isEmpty() || version.spec().getHeadsList().stream().anyMatch(TaskKind.NODES::of);
        TaskScorer scorer = classes ? predictions.scorer(version, task, TaskKind.NODES) : null;
        Key key = new Key(
                version.version(), scorer == null ? "" : scorer.task(), maxNodes == 0 ? DEFAULT_NODES : maxNodes);
        return shared(key, scorer);
    }

    private CompletableFuture<EmbeddingMap> shared(Key key, @Nullable TaskScorer scorer) {
        long now = nanos.getAsLong();
        CompletableFuture<EmbeddingMap> map = new CompletableFuture<>();
        synchronized (maps) {
            maps.values()
                    .removeIf(each -> each.map().isDone()
                            && (now - each.begun() >= FRESH.toNanos()
                                    || each.map().isCompletedExceptionally()));
            Shared there = maps.get(key);
            if (there != null) {
                return there.map().copy();
            }
            if (maps.size() == MAX_MAPS) {
                throw new Problem.Exhausted(
                                "%d different maps are being computed or not a second old.".formatted(MAX_MAPS), RETRY)
                        .exception();
            }
            maps.put(key, new Shared(map, now));
        }
        try {
            thread.execute(() -> compute(key, scorer, map));
        } catch (RejectedExecutionException e) {
            map.completeExceptionally(Problem.stopping());
        }
        return map.copy();
    }

    private void compute(Key key, @Nullable TaskScorer scorer, CompletableFuture<EmbeddingMap> map) {
        long begin = System.nanoTime();
        try {
            map.complete(draw(key, scorer, nanos.getAsLong()));
        } catch (Throwable e) {
            // Whatever it is, it belongs to those who wait.
            map.completeExceptionally(e);
        }
        timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    }

    private EmbeddingMap draw(Key key, @Nullable TaskScorer scorer, long now) {
        // Read before the vectors: what these reflect is then never overstated.
        List<EventPosition> positions = reflected.get();
        Map<String, NodeVector> embeddings = view.of(key.version());
        List<String> names = scorer == null ? List.of() : scorer.classNames();
        if (embeddings.isEmpty()) {
            return new EmbeddingMap(key.version(), key.task(), names, List.of(), 0, 0, 0, positions);
        }
        Drawn drawn = versions.computeIfAbsent(key.version(), version -> new Drawn());
        List<String> sample = drawn.sample.of(embeddings, Math.max(AXES_NODES, key.nodes()));
        List<String> ids = new ArrayList<>();
        List<NodeVector> vectors = new ArrayList<>();
        for (String id : sample.subList(0, Math.min(sample.size(), Math.max(AXES_NODES, key.nodes())))) {
            NodeVector vector = embeddings.get(id);
            if (vector != null) {
                ids.add(id);
                vectors.add(vector);
            }
        }
        if (vectors.isEmpty()) {
            return new EmbeddingMap(key.version(), key.task(), names, List.of(), 0, 0, 0, positions);
        }
        PrincipalAxes axes = axes(drawn, Moments.of(vectors.subList(0, Math.min(vectors.size(), AXES_NODES))), now);
        List<Point> points = new ArrayList<>();
        long time = clock.millis();
        for (int i = 0; i < Math.min(ids.size(), key.nodes()); i++) {
            points.add(point(ids.get(i), vectors.get(i), axes, scorer, names.size(), time));
        }
        return new EmbeddingMap(
                key.version(),
                key.task(),
                names,
                points,
                embeddings.size(),
                axes.explained(),
                axes.revision(),
                positions);
    }

    private PrincipalAxes axes(Drawn drawn, Moments moments, long now) {
        PrincipalAxes before = drawn.axes;
        lastRevision = Math.max(lastRevision + 1, clock.millis());
        double share = -Math.expm1(-(double) (now - drawn.moved) / PACE.toNanos());
        PrincipalAxes axes =
                before == null ? PrincipalAxes.of(moments, lastRevision) : before.towards(moments, share, lastRevision);
        drawn.axes = axes;
        drawn.moved = now;
        return axes;
    }

    private Point point(
            String id, NodeVector vector, PrincipalAxes axes, @Nullable TaskScorer scorer, int none, long time) {
        int likeliest = scorer == null ? -1 : scorer.likeliest(vector);
        return new Point(
                id,
                axes.coordinate(vector, 0),
                axes.coordinate(vector, 1),
                likeliest < 0 ? none : likeliest,
                ownership.ownerOf(id),
                Math.max(0, time - vector.freshness().acceptedTimeMs()) / 1000f);
    }

    @Override
    public void changed(long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now) {
        if (before == null || now == null) {
            Drawn drawn = versions.get(version);
            if (drawn != null) {
                drawn.sample.changed(vertexId);
            }
        }
    }

    @Override
    public void dropped(long version) {
        versions.remove(version);
        synchronized (maps) {
            maps.keySet().removeIf(key -> key.version() == version);
        }
    }

    /** Who waits is told that the server stops. */
    @Override
    public void close() {
        thread.shutdownNow();
        List<Shared> left;
        synchronized (maps) {
            left = List.copyOf(maps.values());
        }
        left.forEach(each -> each.map().completeExceptionally(Problem.stopping()));
    }
}
