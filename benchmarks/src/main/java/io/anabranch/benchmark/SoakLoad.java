package io.anabranch.benchmark;

import io.anabranch.benchmark.SoakReads.Kind;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Sends reads: as fast as some clients get their answers, or at a fixed rate whatever the answers do. */
final class SoakLoad implements AutoCloseable {

    /** What may be on its way at a fixed rate. Well below what the server admits. */
    private static final int IN_FLIGHT = 500;

    private final SoakReads reads;
    private volatile SoakTally tally = new SoakTally();
    private volatile boolean closed;
    private volatile Thread steady = Thread.ofPlatform().unstarted(() -> {});

    SoakLoad(SoakReads reads) {
        this.reads = reads;
    }

    /** The closed loop. @return answers a second */
    double closedLoop(int clients, double seconds) throws InterruptedException {
        SoakTally into = new SoakTally();
        CountDownLatch done = new CountDownLatch(clients);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        for (int i = 0; i < clients; i++) {
            again(end, into, done);
        }
        done.await();
        if (!into.errors().isEmpty()) {
            throw new IllegalStateException("Calls failed: %s".formatted(into.errors()));
        }
        return into.answers() * 1e9 / (System.nanoTime() - begin);
    }

    private void again(long end, SoakTally into, CountDownLatch done) {
        long start = System.nanoTime();
        if (start >= end) {
            done.countDown();
            return;
        }
        Kind kind = Kind.draw(ThreadLocalRandom.current());
        reads.ask(kind, ThreadLocalRandom.current(), code -> {
            into.ended(kind, code, System.nanoTime() - start);
            again(end, into, done);
        });
    }

    /** Starts the open loop, which goes on until this is closed. Latencies count from when a read was due. */
    void start(double rate) {
        steady = Thread.ofPlatform().name("soak-reads").start(() -> run(rate));
    }

    private void run(double rate) {
        SplittableRandom random = new SplittableRandom(11);
        Semaphore room = new Semaphore(IN_FLIGHT);
        long begin = System.nanoTime();
        for (long n = 0; !closed; n++) {
            long due = begin + (long) (n * 1e9 / rate);
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            Kind kind = Kind.draw(random);
            SoakTally into = tally;
            if (!room.tryAcquire()) {
                into.notSent();
                continue;
            }
            reads.ask(kind, random, code -> {
                room.release();
                into.ended(kind, code, System.nanoTime() - due);
            });
        }
    }

    /** What was due since this was called last, and how it ended. One thread. */
    SoakTally take() {
        SoakTally taken = tally;
        tally = new SoakTally();
        return taken;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        steady.join();
    }
}
