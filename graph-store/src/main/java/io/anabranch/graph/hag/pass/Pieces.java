package io.anabranch.graph.hag.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Pieces of a pass that may run at the same time. */
final class Pieces {

    /** What one thread runs pieces with. */
    interface Worker extends AutoCloseable {

        void run(int piece);

        /** When there are no pieces left. */
        @Override
        default void close() {}
    }

    /** Rows read below which a piece is not worth handing to another thread: some tens of microseconds. */
    static final int LEAST_TRANSFERS = 16_384;

    /** Pieces for each thread, so that a slow one doesn't hold up the rest. */
    private static final int PER_THREAD = 8;

    private Pieces() {}

    /**
     * Runs all pieces, on the calling thread and on up to {@code threads - 1} others of the common pool. Each thread takes the next piece that nobody
     * has taken, so the call makes progress if the pool has no thread to spare.
     *
     * @param worker makes what runs a piece by its number, once for each thread
     */
    static void run(int threads, int pieces, Supplier<? extends Worker> worker) {
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            int piece = next.getAndIncrement();
            if (piece < pieces) {
                try (Worker own = worker.get()) {
                    for (; piece < pieces; piece = next.getAndIncrement()) {
                        own.run(piece);
                    }
                }
            }
        };
        List<ForkJoinTask<?>> helpers = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, pieces); i++) {
            helpers.add(ForkJoinPool.commonPool().submit(work));
        }
        work.run();
        helpers.forEach(ForkJoinTask::join);
    }

    /** Transfers that a piece should have at least. */
    static long size(long transfers, int threads) {
        return threads == 1 ? Long.MAX_VALUE : Math.max(LEAST_TRANSFERS, transfers / ((long) PER_THREAD * threads));
    }

    /**
     * Bounds of runs of rows: the first is {@code from}, the last {@code to}, and each run but the last has the size or more.
     *
     * @param starts offsets of the rows
     */
    static int[] bounds(int[] starts, int from, int to, long size) {
        List<Integer> bounds = new ArrayList<>();
        bounds.add(from);
        int begin = from;
        for (int row = from; row < to; row++) {
            // A row that is written counts as one that is read.
            if ((long) starts[row + 1] - starts[begin] + (row + 1 - begin) >= size && row + 1 < to) {
                bounds.add(row + 1);
                begin = row + 1;
            }
        }
        bounds.add(to);
        return bounds.stream().mapToInt(Integer::intValue).toArray();
    }

    /** @throws IllegalArgumentException if there is no thread */
    static int requireThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("The number of threads (%d) must be at least 1.".formatted(threads));
        }
        return threads;
    }
}
