package io.anabranch.serve.predict;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Dynamic batching of queries that compare all embeddings of a version. While there are fewer passes under way than threads, a query begins at
 * once; the others wait, and when a pass ends the one that has waited longest begins the next, with all of its kind that wait, up to the most
 * that a pass takes. So an idle server adds no delay and a busy one answers more with each pass. Who has waited for the longest delay begins a
 * pass beside those under way, which share the threads slice by slice: a small version does not stand behind a large one.
 *
 * <p>Never blocks but for short sections of its own; any thread.
 */
final class SharedPasses implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);
    /** A pass ends with its queries, which have limits of their own. */
    private static final ScanLimit UNLIMITED = ScanLimit.of(Duration.ofDays(36_500), () -> false);
    /** Between two looks at those who wait. */
    private static final long LOOK_NANOS = 1_000_000;

    private record Waiting(PassKind kind, Rider<?> rider) {}

    private final BatchSettings settings;
    private final int threads;
    private final ScanPool pool;
    private final AtomicInteger queries = new AtomicInteger();
    private final Map<String, DistributionSummary> sizes = new HashMap<>();
    private final Map<String, Timer> waits = new HashMap<>();
    private final Counter rejected;

    // Guarded by this. Somebody waits only while a pass is under way, whose steps then look after them.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int passes;
    private boolean closed;

    /** Whether somebody may wait; a hint. */
    private volatile boolean anyWaits;

    private volatile long looked;

    SharedPasses(BatchSettings settings, int threads, ScanPool pool, MeterRegistry meters) {
        this.settings = settings;
        this.threads = threads;
        this.pool = pool;
        for (String kind : List.of("similar", "links")) {
            sizes.put(
                    kind,
                    DistributionSummary.builder("anabranch.server.batch.size")
                            .description("Queries that share a pass over all embeddings, when it begins")
                            .tag("kind", kind)
                            .publishPercentileHistogram()
                            .minimumExpectedValue(1.0)
                            .maximumExpectedValue((double) Math.max(2, settings.maxSize()))
                            .register(meters));
            waits.put(
                    kind,
                    Timer.builder("anabranch.server.batch.wait")
                            .description("From the arrival of a query that compares all embeddings to its pass's begin")
                            .tag("kind", kind)
                            .publishPercentileHistogram()
                            .register(meters));
        }
        this.rejected = Counter.builder("anabranch.server.batch.rejected")
                .description("Queries that compare all embeddings and were refused because too many waited")
                .register(meters);
        Gauge.builder("anabranch.server.batch.queries", queries, AtomicInteger::get)
                .description("Queries that compare all embeddings and wait or are in a pass")
                .register(meters);
    }

    /**
     * The query's answer over all embeddings of the kind's version.
     *
     * @return fails with {@link Problem.Late} at the limit, and with a cancellation once nobody waits
     * @throws ProblemException {@link Problem.Exhausted} where too many wait
     */
    <T> CompletableFuture<T> ride(PassKind kind, PassQuery<T> query, ScanLimit limit) {
        if (queries.incrementAndGet() > settings.maxQueries()) {
            queries.decrementAndGet();
            rejected.increment();
            throw new Problem.Exhausted(
                            "%d searches and rankings that compare all embeddings are at work already."
                                    .formatted(settings.maxQueries()),
                            RETRY)
                    .exception();
        }
        Rider<T> rider = new Rider<>(query, limit);
        var unused = rider.answer().whenComplete((result, failure) -> queries.decrementAndGet());
        boolean now = settings.maxDelay().isZero();
        if (!enqueue(new Waiting(kind, rider))) {
            rider.fail(Problem.stopping());
        }
        takeTurn(() -> now || passes < threads);
        return rider.answer();
    }

    private synchronized boolean enqueue(Waiting one) {
        if (closed) {
            return false;
        }
        waiting.add(one);
        anyWaits = true;
        return true;
    }

    /** Lets those go that have left, and begins a pass if it is time for one. */
    private void takeTurn(BooleanSupplier due) {
        List<Waiting> left = new ArrayList<>();
        List<Waiting> batch;
        synchronized (this) {
            waiting.removeIf(each -> each.rider().left() && left.add(each));
            batch = due.getAsBoolean() ? takeBatch() : List.of();
            anyWaits = !waiting.isEmpty();
        }
        // What callers do with their answers is done outside the lock.
        left.forEach(each -> each.rider().dismiss(0));
        begin(batch);
    }

    /** The oldest one that waits, and those of its kind; a pass is then under way for them. Empty: nobody waits. */
    private List<Waiting> takeBatch() {
        List<Waiting> batch = new ArrayList<>();
        for (Iterator<Waiting> each = waiting.iterator(); each.hasNext() && batch.size() < settings.maxSize(); ) {
            Waiting next = each.next();
            if (batch.isEmpty() || next.kind().equals(batch.getFirst().kind())) {
                each.remove();
                batch.add(next);
            }
        }
        if (!batch.isEmpty()) {
            passes++;
        }
        return batch;
    }

    private void begin(List<Waiting> batch) {
        if (batch.isEmpty()) {
            return;
        }
        PassKind kind = batch.getFirst().kind();
        List<Rider<?>> riders = new ArrayList<>();
        long now = System.nanoTime();
        for (Waiting each : batch) {
            riders.add(each.rider());
            timer(kind).record(now - each.rider().arrived(), TimeUnit.NANOSECONDS);
        }
        size(kind).record(riders.size());
        Pass pass = new Pass(kind, riders, kind.embeddings().entrySet().iterator(), this::look);
        run(pass, riders, this::ended);
    }

    /** Answers a query from these candidates alone, in a pass of its own. */
    <T> CompletableFuture<T> alone(
            PassKind kind, Iterator<Map.Entry<String, NodeVector>> candidates, PassQuery<T> query, ScanLimit limit) {
        Rider<T> rider = new Rider<>(query, limit);
        List<Rider<?>> riders = List.of(rider);
        run(new Pass(kind, riders, candidates, () -> {}), riders, () -> {});
        return rider.answer();
    }

    private void run(Pass pass, List<Rider<?>> riders, Runnable ended) {
        try {
            var unused = pool.run(pass, UNLIMITED).whenComplete((left, failure) -> {
                // The next pass begins while these are answered.
                ended.run();
                riders.forEach(failure == null ? Rider::complete : rider -> rider.fail(failure));
            });
        } catch (ProblemException e) {
            ended.run();
            riders.forEach(rider -> rider.fail(e));
        }
    }

    private void ended() {
        takeTurn(() -> --passes < threads);
    }

    /** On the way of a pass: looks after those who wait, if it is time to. */
    private void look() {
        long now = System.nanoTime();
        if (anyWaits && now - looked >= LOOK_NANOS) {
            looked = now;
            takeTurn(() -> !waiting.isEmpty()
                    && now - waiting.element().rider().arrived()
                            >= settings.maxDelay().toNanos());
        }
    }

    private Timer timer(PassKind kind) {
        return of(waits, kind);
    }

    private DistributionSummary size(PassKind kind) {
        return of(sizes, kind);
    }

    private static <M> M of(Map<String, M> meters, PassKind kind) {
        @Nullable M meter = meters.get(kind.label());
        if (meter == null) {
            throw new IllegalStateException("A pass of kind (%s) has no meter.".formatted(kind.label()));
        }
        return meter;
    }

    @Override
    public void close() {
        List<Waiting> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(each -> each.rider().fail(Problem.stopping()));
    }
}
