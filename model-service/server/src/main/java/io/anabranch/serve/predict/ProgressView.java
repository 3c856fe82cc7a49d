package io.anabranch.serve.predict;

import io.anabranch.graph.Ownership;
import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which events the embeddings at hand reflect: for each partition of the graph the progress that it reported last, read behind its
 * embeddings from the same log. One writer, the feed; any number of readers and waiters. Nobody blocks: a waiter is a future.
 */
public final class ProgressView implements AutoCloseable {

    /** More than any number of calls that could be answered; each costs some hundred bytes. */
    static final int MAX_WAITERS = 100_000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What a partition said last. */
    private record Report(long epoch, long[] positions) {}

    private record Waiter(List<EventPosition> token, BitSet partitions, CompletableFuture<Void> done) {}

    private final Ownership ownership;
    private final AtomicReferenceArray<@Nullable Report> reports;
    // Guarded by itself.
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean closed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("anabranch-progress-timer").factory());
    /** Runs what waited, so that neither feed nor timer is held up by answers. */
    private final Executor answers = Executors.newVirtualThreadPerTaskExecutor();

    public ProgressView(int partitions) {
        ownership = Ownership.byHash(partitions, 0);
        reports = new AtomicReferenceArray<>(partitions);
    }

    public int partitions() {
        return reports.length();
    }

    /**
     * A progress record was read.
     *
     * @param positions next offset of every partition of the events topic; kept
     * @return whether it counts: that of an earlier incarnation of the partition does not
     */
    public boolean report(int partition, long epoch, long[] positions) {
        Report before = reports.get(partition);
        if (before != null && epoch < before.epoch()) {
            return false;
        }
        reports.set(partition, new Report(epoch, positions));
        List<Waiter> satisfied = new ArrayList<>();
        synchronized (waiters) {
            waiters.removeIf(waiter -> {
                boolean over = waiter.done().isDone() || reflects(waiter.token(), waiter.partitions());
                if (over) {
                    satisfied.add(waiter);
                }
                return over;
            });
        }
        satisfied.forEach(waiter -> answers.execute(() -> waiter.done().complete(null)));
        return true;
    }

    /** Next offset of every partition of the events topic below which this partition reflects everything; empty: not known. */
    public long[] positions(int partition) {
        Report report = reports.get(partition);
        return report == null ? new long[0] : report.positions().clone();
    }

    /** The partitions that own these vertices. */
    public BitSet owners(List<String> vertexIds) {
        BitSet owners = new BitSet();
        vertexIds.forEach(id -> owners.set(ownership.ownerOf(id)));
        return owners;
    }

    /** The last event of each events partition that all these partitions reflect, with all before it. */
    public List<EventPosition> reflected(BitSet of) {
        List<EventPosition> reflected = new ArrayList<>();
        for (int e = 0; e < partitions(); e++) {
            long next = Long.MAX_VALUE;
            for (int p = of.nextSetBit(0); p >= 0; p = of.nextSetBit(p + 1)) {
                next = Math.min(next, next(p, e));
            }
            if (next > 0 && next < Long.MAX_VALUE) {
                reflected.add(new EventPosition(e, next - 1));
            }
        }
        return reflected;
    }

    public boolean reflects(List<EventPosition> token, BitSet of) {
        for (int p = of.nextSetBit(0); p >= 0; p = of.nextSetBit(p + 1)) {
            for (EventPosition event : token) {
                if (next(p, event.partition()) <= event.offset()) {
                    return false;
                }
            }
        }
        return true;
    }

    private long next(int partition, int eventsPartition) {
        Report report = reports.get(partition);
        return report == null || eventsPartition >= report.positions().length ? 0 : report.positions()[eventsPartition];
    }

    /**
     * Completes once these partitions reflect the events; with {@link Problem.Late} after the patience has passed. Completes on a thread
     * that may be used for the answer. A caller that gives up earlier costs its place until then.
     */
    public CompletableFuture<Void> await(List<EventPosition> token, BitSet of, Duration patience) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (waiters) {
            if (closed) {
                return CompletableFuture.failedFuture(Problem.stopping());
            }
            if (waiters.size() >= MAX_WAITERS) {
                waiters.removeIf(waiter -> waiter.done().isDone());
            }
            if (waiters.size() >= MAX_WAITERS) {
                return CompletableFuture.failedFuture(
                        new Problem.Exhausted("%d calls wait for progress already.".formatted(MAX_WAITERS), RETRY)
                                .exception());
            }
            waiters.add(new Waiter(token, of, done));
        }
        if (reflects(token, of)) {
            // It came between the caller's look and this.
            done.complete(null);
        } else {
            expire(done, token, of, patience);
        }
        return done.whenComplete((nothing, failure) -> {
            if (failure != null) {
                forget(done);
            }
        });
    }

    private void expire(CompletableFuture<Void> done, List<EventPosition> token, BitSet of, Duration patience) {
        try {
            var timeout = timer.schedule(
                    () -> answers.execute(() -> done.completeExceptionally(late(token, of, patience))),
                    patience.toMillis(),
                    TimeUnit.MILLISECONDS);
            var unused = done.whenComplete((nothing, failure) -> timeout.cancel(false));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(Problem.stopping());
        }
    }

    private ProblemException late(List<EventPosition> token, BitSet of, Duration patience) {
        return new Problem.Late(
                        "The embeddings do not reflect the events asked for within %s.".formatted(patience),
                        Map.of("asked", text(token), "reflected", text(reflected(of)), "partitions", of.toString()))
                .exception();
    }

    private static String text(List<EventPosition> positions) {
        return positions.stream()
                .map(position -> position.partition() + ":" + position.offset())
                .collect(Collectors.joining(","));
    }

    private void forget(CompletableFuture<Void> done) {
        synchronized (waiters) {
            waiters.removeIf(waiter -> waiter.done() == done);
        }
    }

    int waiting() {
        synchronized (waiters) {
            return waiters.size();
        }
    }

    /** Whoever still waits is told that the server stops. */
    @Override
    public void close() {
        timer.shutdownNow();
        List<Waiter> left;
        synchronized (waiters) {
            closed = true;
            left = List.copyOf(waiters);
            waiters.clear();
        }
        left.forEach(waiter -> answers.execute(() -> waiter.done().completeExceptionally(Problem.stopping())));
    }
}
