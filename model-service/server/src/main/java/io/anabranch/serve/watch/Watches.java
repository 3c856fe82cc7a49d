package io.anabranch.serve.watch;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.predict.EmbeddingListener;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.predict.TaskKind;
import io.anabranch.serve.predict.TaskScorer;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.watch.WatchMessage.Kind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All watches. The feed's thread only looks up whether a change concerns anybody and queues it; the dispatcher, a thread of its own,
 * computes the predictions of a change once for all its watchers and sends them to those that are ready; a few workers send states, and
 * go on with those that were not ready. If the dispatcher falls behind by more than {@link #INBOX} changes, all watchers resync.
 */
public final class Watches implements EmbeddingListener, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Watches.class);

    /** About 100 bytes each. */
    private static final int INBOX = 100_000;
    /** Changes between two sendings. */
    private static final int PART = 256;

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);

    private sealed interface Notice {}

    private record Changed(
            long version,
            String id,
            @Nullable NodeVector before,
            @Nullable NodeVector now) implements Notice {}

    /** @param only null: for all watchers */
    private record Beat(
            List<EventPosition> reflected, @Nullable Watch only) implements Notice {}

    /** Look whether versions have changed. */
    private enum Wake implements Notice {
        UP
    }

    private final ModelRegistry registry;
    private final EmbeddingView view;
    private final Predictions predictions;
    private final ProgressView progress;
    private final WatchLimits limits;

    private final Set<Watch> all = ConcurrentHashMap.newKeySet();
    private final Set<Watch> ofEverything = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Set<Watch>> byVertex = new ConcurrentHashMap<>();
    private volatile Set<Long> versions = Set.of();

    private final AtomicLongArray read;
    private final Tombstones tombstones;
    private final BlockingQueue<Notice> inbox = new LinkedBlockingQueue<>(INBOX);
    private volatile boolean lost;
    private volatile boolean recheck;
    private volatile boolean closed;
    private volatile long[] dispatched;

    private final Thread dispatcher =
            Thread.ofPlatform().daemon().name("anabranch-watch").unstarted(this::dispatch);
    private final ExecutorService workers = Executors.newFixedThreadPool(
            2, Thread.ofPlatform().daemon().name("anabranch-watch-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("anabranch-watch-timer").factory());

    private final Counter sent;
    private final Counter coalesced;
    private final Counter resyncs;

    /** Of the dispatcher: those to whom something was offered. */
    private final Set<Watch> touched = new LinkedHashSet<>();

    public Watches(
            ModelRegistry registry,
            EmbeddingView view,
            Predictions predictions,
            ProgressView progress,
            WatchLimits limits,
            MeterRegistry meters) {
        this.registry = registry;
        this.view = view;
        this.predictions = predictions;
        this.progress = progress;
        this.limits = limits;
        this.read = new AtomicLongArray(progress.partitions());
        this.tombstones = new Tombstones(progress.partitions(), limits.tombstones());
        this.dispatched = new long[progress.partitions()];
        Gauge.builder("anabranch.watch.watchers", all::size)
                .description("Watches that are open")
                .register(meters);
        this.sent = counter(meters, "anabranch.watch.changes", "Predictions sent to watchers");
        this.coalesced = counter(meters, "anabranch.watch.coalesced", "Changes that a newer one replaced");
        this.resyncs = counter(meters, "anabranch.watch.resyncs", "Watchers that were told to begin anew");
    }

    private static Counter counter(MeterRegistry meters, String name, String description) {
        return Counter.builder(name).description(description).register(meters);
    }

    /** Before the feeds. Once. */
    public void start() {
        view.listen(this);
        registry.onChange(this::look);
        dispatcher.start();
        long every = limits.heartbeat().toMillis();
        var unused = timer.scheduleAtFixedRate(this::beat, every, every, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!all.isEmpty()) {
            recheck = true;
            // Full: then the dispatcher is awake.
            boolean unused = inbox.offer(Wake.UP);
        }
    }

    private void beat() {
        if (!all.isEmpty()) {
            boolean unused = inbox.offer(new Beat(reflected(), null));
        }
    }

    private List<EventPosition> reflected() {
        BitSet every = new BitSet();
        every.set(0, progress.partitions());
        return progress.reflected(every);
    }

    /**
     * Opens a watch.
     *
     * @throws ProblemException when the order is wrong, the model not there, or there are too many watches
     */
    public Watch open(WatchOrder order, WatchSink sink) {
        check(order);
        predictions.requireReady();
        ModelVersion version = predictions.version(order.model(), order.task(), order.kind());
        TaskScorer scorer = predictions.scorer(version, order.task(), order.kind());
        checkCondition(order, scorer);
        long fingerprint = ResumeToken.fingerprint(order, version.name(), scorer.task());
        ResumeToken token =
                order.token().length == 0 ? null : ResumeToken.read(order.token(), fingerprint, read.length());
        if (token != null
                && order.model().version() != 0
                && token.version() != order.model().version()) {
            throw Problem.invalid("resume_token", "Is of version %d.".formatted(token.version()));
        }
        Watch watch = new Watch(this, order, version.name(), scorer, fingerprint, limits.buffer(), sink, workers);
        add(watch);
        begin(watch, token);
        // What changed between the look at the version and now.
        recheck = true;
        boolean unused = inbox.offer(new Beat(reflected(), watch));
        return watch;
    }

    private void begin(Watch watch, @Nullable ResumeToken token) {
        if (token == null) {
            if (watch.order().initialState()) {
                watch.beginWithState();
            } else {
                watch.beginNow();
            }
        } else if (token.version() != watch.target().version()) {
            watch.beginAnew(Kind.VERSION_CHANGED, "");
        } else if (token.next().length == 0) {
            watch.beginAnew(Kind.RESYNC, "The state had not been told whole.");
        } else if (ahead(token.next())) {
            watch.beginAnew(Kind.RESYNC, "The token is ahead of what this server has read.");
        } else if (watch.order().everything() && !tombstones.complete(token.next())) {
            watch.beginAnew(Kind.RESYNC, "Which nodes have gone since is not known any more.");
        } else {
            watch.beginAt(token.next());
        }
    }

    private boolean ahead(long[] next) {
        for (int p = 0; p < next.length; p++) {
            if (next[p] > read.get(p)) {
                return true;
            }
        }
        return false;
    }

    private void check(WatchOrder order) {
        if (!order.nodeIds().isEmpty() && !order.pairs().isEmpty()) {
            throw Problem.invalid("pairs", "Must be absent where node_ids are given.");
        }
        checkCount("node_ids", order.nodeIds().size());
        checkCount("pairs", order.pairs().size());
        if (!order.nodeIds().isEmpty()) {
            Predictions.checkIds(order.nodeIds());
        }
        if (!order.pairs().isEmpty()) {
            Predictions.checkEnds(order.pairs());
        }
    }

    private void checkCount(String field, int count) {
        if (count > limits.maxIds()) {
            throw Problem.invalid(
                    field,
                    "Must have at most %d entries (anabranch.server.watch.max-ids), but has %d."
                            .formatted(limits.maxIds(), count));
        }
    }

    private static void checkCondition(WatchOrder order, TaskScorer scorer) {
        boolean classes = order.kind() == TaskKind.NODES && !scorer.regression();
        switch (order.condition()) {
            case WatchCondition.Any any -> {}
            case WatchCondition.ClassFlip flip -> {
                if (!classes) {
                    throw Problem.invalid(
                            "condition.class_flip", "Is for tasks with classes; %s has none.".formatted(scorer.task()));
                }
            }
            case WatchCondition.Crossing crossing -> {
                if (classes && !scorer.classNames().contains(crossing.className())) {
                    throw Problem.invalid(
                            "condition.crossing.class_name",
                            "Must be one of %s, but is %s.".formatted(scorer.classNames(), crossing.className()));
                }
                if (!classes && !crossing.className().isEmpty()) {
                    throw Problem.invalid(
                            "condition.crossing.class_name",
                            "Must be empty: %s has no classes.".formatted(scorer.task()));
                }
                boolean probability = !scorer.regression() || order.kind() == TaskKind.LINKS;
                if (!Float.isFinite(crossing.threshold())
                        || probability && (crossing.threshold() <= 0 || crossing.threshold() > 1)) {
                    throw Problem.invalid(
                            "condition.crossing.threshold",
                            "Must be %s, but is %s."
                                    .formatted(probability ? "above 0 and at most 1" : "finite", crossing.threshold()));
                }
            }
        }
    }

    private synchronized void add(Watch watch) {
        if (closed) {
            throw Problem.stopping();
        }
        if (all.size() >= limits.maxWatchers()) {
            throw new Problem.Exhausted(
                            "%d watches are open already (anabranch.server.watch.max-watchers)."
                                    .formatted(limits.maxWatchers()),
                            RETRY)
                    .exception();
        }
        all.add(watch);
        if (watch.order().everything()) {
            ofEverything.add(watch);
        }
        for (String id : watch.subjects()) {
            byVertex.computeIfAbsent(id, i -> ConcurrentHashMap.newKeySet()).add(watch);
        }
        recount();
    }

    synchronized void remove(Watch watch) {
        if (!all.remove(watch)) {
            return;
        }
        ofEverything.remove(watch);
        for (String id : watch.subjects()) {
            byVertex.computeIfPresent(id, (i, watchers) -> {
                watchers.remove(watch);
                return watchers.isEmpty() ? null : watchers;
            });
        }
        recount();
    }

    private synchronized void recount() {
        Set<Long> now = new HashSet<>();
        all.forEach(watch -> now.add(watch.target().version()));
        versions = Set.copyOf(now);
    }

    @Override
    public void changed(long version, String vertexId, @Nullable NodeVector before, @Nullable NodeVector now) {
        if (now == null && before != null) {
            tombstones.add(version, vertexId, before.freshness().partition());
        }
        boolean concerns = versions.contains(version) && (!ofEverything.isEmpty() || byVertex.containsKey(vertexId));
        if (concerns && !inbox.offer(new Changed(version, vertexId, before, now))) {
            lost = true;
        }
    }

    @Override
    public void read(int partition, long nextOffset, boolean live) {
        tombstones.read(partition, nextOffset);
        if (!live) {
            tombstones.unknownBelow(partition, nextOffset);
        }
        // Behind the queueing: whoever reads it finds everything below it queued.
        read.set(partition, nextOffset);
    }

    @Override
    public void dropped(long version) {
        look();
    }

    private void dispatch() {
        while (!closed) {
            try {
                round(inbox.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                LOG.error("Changes could not be told; all watchers begin anew.", e);
                touched.clear();
                lost = true;
            }
        }
    }

    /** Everything that was queued when it began, in parts. */
    private void round(@Nullable Notice first) {
        long[] upTo = positions();
        int left = inbox.size();
        List<Notice> part = new ArrayList<>();
        if (first != null) {
            part.add(first);
        }
        do {
            left -= inbox.drainTo(part, Math.min(left, PART));
            if (recheck) {
                recheck = false;
                recheckVersions();
            }
            part.forEach(this::handle);
            part.clear();
            if (lost) {
                lost = false;
                all.forEach(watch -> {
                    watch.restart(Kind.RESYNC, "This server could not follow the changes.");
                    touched.add(watch);
                });
            }
            if (left <= 0) {
                dispatched = upTo;
            }
            touched.forEach(Watch::flush);
            touched.clear();
        } while (left > 0 && !closed);
    }

    private long[] positions() {
        long[] positions = new long[read.length()];
        for (int p = 0; p < positions.length; p++) {
            positions[p] = read.get(p);
        }
        return positions;
    }

    private void handle(Notice notice) {
        switch (notice) {
            case Changed changed -> tell(changed);
            case Beat beat ->
                (beat.only() == null ? all : Set.of(beat.only())).forEach(watch -> {
                    watch.beat(beat.reflected());
                    touched.add(watch);
                });
            case Wake.UP -> {}
        }
    }

    private void tell(Changed changed) {
        Map<String, NodeVector> vectors = view.of(changed.version());
        ChangedNode node = new ChangedNode(changed.id(), changed.before(), changed.now(), vectors::get);
        for (Watch watch : ofEverything) {
            tell(changed, node, watch);
        }
        for (Watch watch : byVertex.getOrDefault(changed.id(), Set.of())) {
            tell(changed, node, watch);
        }
    }

    private void tell(Changed changed, ChangedNode node, Watch watch) {
        TaskScorer scorer = watch.target();
        if (scorer.version() != changed.version()) {
            return;
        }
        WatchCondition condition = watch.order().condition();
        if (watch.order().kind() == TaskKind.NODES) {
            offer(watch, node.node(scorer, condition));
        } else {
            for (Pair pair : watch.pairsOf(changed.id())) {
                offer(watch, node.link(scorer, pair, condition));
            }
        }
    }

    private void offer(Watch watch, @Nullable Outcome outcome) {
        if (outcome != null) {
            watch.offer(outcome);
            touched.add(watch);
        }
    }

    private void recheckVersions() {
        List<Watch> moved = new ArrayList<>();
        for (Watch watch : all) {
            try {
                TaskScorer next = recheck(watch);
                if (next != null) {
                    watch.aim(next);
                    moved.add(watch);
                }
            } catch (ProblemException e) {
                watch.end(e);
            }
        }
        if (!moved.isEmpty()) {
            // Before any state is read: from then on changes of the new version must be queued.
            recount();
            moved.forEach(watch -> watch.restart(Kind.VERSION_CHANGED, ""));
            touched.addAll(moved);
        }
    }

    /** What is to be watched from now on; null: goes on as it is. */
    private @Nullable TaskScorer recheck(Watch watch) {
        long pinned = watch.order().model().version();
        if (pinned != 0) {
            ModelVersion version = registry.catalog().version(pinned);
            if (version == null || version.retired()) {
                throw Problem.unmet(
                        "VERSION_RETIRED", "Version %d of model %s is retired.".formatted(pinned, watch.modelName()));
            }
            return null;
        }
        ModelVersion version = followed(watch);
        if (version == null || version.version() == watch.target().version()) {
            return null;
        }
        TaskScorer next =
                predictions.scorer(version, watch.target().task(), watch.order().kind());
        checkCondition(watch.order(), next);
        return next;
    }

    /** Whatever answers the watch's selector now; null: nothing that has its embeddings, which may change. */
    private @Nullable ModelVersion followed(Watch watch) {
        ModelChoice asked = watch.order().model();
        try {
            return predictions.version(
                    new ModelChoice(watch.modelName(), 0, asked.alias(), asked.routingKey()),
                    watch.target().task(),
                    watch.order().kind());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unmet) {
                return null;
            }
            throw e;
        }
    }

    Scan scan(Watch watch, TaskScorer scorer, long @Nullable [] from) {
        Map<String, NodeVector> vectors = view.of(scorer.version());
        if (!watch.pairs().isEmpty()) {
            return Scan.ofPairs(watch.pairs(), scorer, vectors, from);
        }
        if (!watch.ids().isEmpty()) {
            return Scan.ofNodes(watch.ids(), scorer, vectors, from);
        }
        List<String> gone = from == null ? List.of() : tombstones.since(scorer.version(), from);
        return Scan.ofEverything(scorer, vectors, gone, from);
    }

    /** Below these offsets everything has been offered to those whom it concerns. */
    long[] dispatched() {
        return dispatched;
    }

    void countSent(int outcomes) {
        sent.increment(outcomes);
    }

    void countCoalesced() {
        coalesced.increment();
    }

    void countResync() {
        resyncs.increment();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        timer.shutdownNow();
        dispatcher.interrupt();
        for (Watch watch : all) {
            watch.end(Problem.stopping());
        }
        workers.shutdown();
        try {
            boolean unused = workers.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
