package io.anabranch.serve.predict;

import io.anabranch.serve.Problem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for work over many vectors. A scan runs slice by slice and goes to the end of the queue in between, so that a long one holds
 * up no short one for more than a slice, and one that nobody waits for any more ends.
 */
final class ScanPool implements AutoCloseable {

    /** More than can be answered in any time that a caller waits. */
    static final int MAX_SCANS = 1000;

    private static final long SLICE_NANOS = 1_000_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Work in small steps. One thread at a time. */
    interface Scan<T> {

        /** Some tens of microseconds of work, up to a few hundred; false: that was the last. */
        boolean step();

        /** After the last step. */
        T result();

        /** Candidates seen so far. */
        long seen();
    }

    private final ExecutorService threads;
    private final AtomicInteger scans = new AtomicInteger();
    private volatile boolean closed;

    ScanPool(int count) {
        threads = Executors.newFixedThreadPool(
                count, Thread.ofPlatform().daemon().name("anabranch-scan-", 0).factory());
    }

    /** @return fails with {@link Problem.Late} at the limit, and with a cancellation once nobody waits */
    <T> CompletableFuture<T> run(Scan<T> scan, ScanLimit limit) {
        if (scans.incrementAndGet() > MAX_SCANS) {
            scans.decrementAndGet();
            throw new Problem.Exhausted("%d searches and rankings are at work already.".formatted(MAX_SCANS), RETRY)
                    .exception();
        }
        CompletableFuture<T> done = new CompletableFuture<>();
        var unused = done.whenComplete((result, failure) -> scans.decrementAndGet());
        next(scan, limit, done);
        return done;
    }

    private <T> void next(Scan<T> scan, ScanLimit limit, CompletableFuture<T> done) {
        try {
            threads.execute(() -> slice(scan, limit, done));
        } catch (RejectedExecutionException e) {
            stopping(done);
        }
    }

    private static void stopping(CompletableFuture<?> done) {
        done.completeExceptionally(Problem.stopping());
    }

    private <T> void slice(Scan<T> scan, ScanLimit limit, CompletableFuture<T> done) {
        if (closed) {
            stopping(done);
            return;
        }
        if (limit.abandoned().getAsBoolean()) {
            done.completeExceptionally(new CancellationException("Nobody waits for this scan any more."));
            return;
        }
        if (limit.over()) {
            done.completeExceptionally(new Problem.Late(
                            "The candidates could not all be compared in time.",
                            Map.of("compared", Long.toString(scan.seen())))
                    .exception());
            return;
        }
        try {
            long end = System.nanoTime() + SLICE_NANOS;
            boolean more;
            do {
                more = scan.step();
            } while (more && System.nanoTime() - end < 0);
            if (more) {
                next(scan, limit, done);
            } else {
                done.complete(scan.result());
            }
        } catch (Throwable e) {
            // Whatever it is, it belongs to the caller who waits.
            done.completeExceptionally(e);
        }
    }

    int running() {
        return scans.get();
    }

    /** What is under way is told at its next slice that the server stops. */
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
    }
}
