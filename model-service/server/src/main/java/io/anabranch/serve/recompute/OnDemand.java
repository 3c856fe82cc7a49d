package io.anabranch.serve.recompute;

import io.anabranch.serve.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Computes for single requests: a few threads, a bounded queue, and an end when nobody waits for the answer any more. Any thread. */
public final class OnDemand implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What is computed; to look now and then whether it is still wanted. */
    public interface Work<T> {
        /**
         * Runs on a thread of the pool, which is interrupted when the answer is cancelled.
         *
         * @param check throws to give up; made often
         */
        T compute(Runnable check) throws InterruptedException;
    }

    private static final class Unwanted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Unwanted() {
            super("Nobody waits for it any more.", null, false, false);
        }
    }

    private final OnDemandLimits limits;
    private final ThreadPoolExecutor threads;
    private final Set<CompletableFuture<?>> open = ConcurrentHashMap.newKeySet();

    public OnDemand(OnDemandLimits limits) {
        this.limits = limits;
        AtomicInteger count = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                limits.threads(),
                limits.threads(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(limits.queue()),
                work -> Thread.ofPlatform()
                        .daemon()
                        .name("anabranch-on-demand-" + count.getAndIncrement())
                        .unstarted(work));
    }

    /** Rows that may be computed for one request, and vertices and edges that may be read for it. */
    public int maxRows() {
        return limits.maxRows();
    }

    /**
     * Fails with {@link Problem.Late} after the patience. When it is cancelled it gives back its place: in the queue at once, on its thread at
     * the next check, and where it waits.
     *
     * @throws io.anabranch.serve.ProblemException {@link Problem.Exhausted}: too many wait
     */
    public <T> CompletableFuture<T> submit(Duration patience, Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        open.add(answer);
        long begin = System.nanoTime();
        Runnable check = () -> {
            if (answer.isDone()) {
                throw new Unwanted();
            }
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new Problem.Late("It was not computed within %s.".formatted(patience), Map.of()).exception();
            }
        };
        // The pool takes the mark of an interrupt off its thread before the next task.
        FutureTask<@Nullable Void> task = new FutureTask<>(
                () -> {
                    try {
                        check.run();
                        answer.complete(work.compute(check));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        answer.completeExceptionally(Problem.stopping());
                    } catch (Unwanted e) {
                        answer.cancel(false);
                    } catch (RuntimeException | Error e) {
                        answer.completeExceptionally(e);
                    }
                },
                null);
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            open.remove(answer);
            if (threads.isShutdown()) {
                throw Problem.stopping();
            }
            throw new Problem.Exhausted(
                            "%d computations wait already (anabranch.server.on-demand.queue)."
                                    .formatted(threads.getQueue().size()),
                            RETRY)
                    .exception();
        }
        var unused = answer.whenComplete((computed, failure) -> {
            open.remove(answer);
            if (answer.isCancelled()) {
                threads.remove(task);
                task.cancel(true);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        // What was queued will never run; what runs notices that nobody waits.
        List.copyOf(open).forEach(answer -> answer.completeExceptionally(Problem.stopping()));
    }
}
