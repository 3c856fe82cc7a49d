package io.anabranch.serve.guard;

import io.anabranch.serve.Problem;
import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.anabranch.serve.ProblemException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How many calls are under way. One too many is refused at once: a client that is told so can go elsewhere or come back, one that waits
 * in a queue gets an answer that it no longer wants. When the server stops, every new one is refused and those under way are waited for.
 * Any thread.
 */
final class Admission {

    private static final Duration RETRY = Duration.ofMillis(500);

    /** One call's place; given back once, however often it is closed. */
    final class Place implements AutoCloseable {

        private final AtomicInteger taken;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final AtomicReference<@Nullable Runnable> onStop = new AtomicReference<>();

        private Place(AtomicInteger taken) {
            this.taken = taken;
        }

        /** Runs once, when the server is told to stop, on whichever thread notices; not if the call is over before. */
        void onStop(Runnable end) {
            onStop.set(end);
            endless.add(this);
            if (stopping) {
                tellStop();
            }
            if (closed.get()) {
                endless.remove(this);
            }
        }

        private void tellStop() {
            Runnable end = onStop.getAndSet(null);
            if (end != null && !closed.get()) {
                end.run();
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                endless.remove(this);
                leave(taken);
            }
        }
    }

    private final AtomicInteger unary = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final int mostUnary;
    private final int mostStreams;
    /** Calls that end only when they are told to. */
    private final Set<Place> endless = ConcurrentHashMap.newKeySet();

    private final CountDownLatch idle = new CountDownLatch(1);
    private volatile boolean stopping;

    Admission(int mostUnary, int mostStreams, MeterRegistry meters) {
        this.mostUnary = mostUnary;
        this.mostStreams = mostStreams;
        gauge(meters, "unary", unary);
        gauge(meters, "stream", streams);
    }

    private static void gauge(MeterRegistry meters, String kind, AtomicInteger taken) {
        Gauge.builder("anabranch.server.in.flight", taken, AtomicInteger::get)
                .description("Calls that are under way, without health and status")
                .tag("kind", kind)
                .register(meters);
    }

    /** @throws ProblemException if there are as many as may be, or the server stops */
    Place enter(boolean stream) {
        AtomicInteger taken = stream ? streams : unary;
        int most = stream ? mostStreams : mostUnary;
        int now = taken.incrementAndGet();
        // Read behind the count: either this call sees the stop, or who stops sees the call.
        if (stopping) {
            leave(taken);
            throw Problem.stopping();
        }
        if (now > most) {
            leave(taken);
            throw new Refused(
                            Refusal.OVERLOADED,
                            "OVERLOADED",
                            "%d %s are under way, which is the limit."
                                    .formatted(most, stream ? "streams" : "unary calls"),
                            RETRY)
                    .exception();
        }
        return new Place(taken);
    }

    /** @throws ProblemException if the server stops */
    void requireOpen() {
        if (stopping) {
            throw Problem.stopping();
        }
    }

    void stop() {
        stopping = true;
        List.copyOf(endless).forEach(Place::tellStop);
        look();
    }

    /** After {@link #stop()}; how many are under way still. */
    int awaitIdle(Duration patience) throws InterruptedException {
        return idle.await(patience.toNanos(), TimeUnit.NANOSECONDS) ? 0 : unary.get() + streams.get();
    }

    private void leave(AtomicInteger taken) {
        taken.decrementAndGet();
        if (stopping) {
            look();
        }
    }

    private void look() {
        if (unary.get() == 0 && streams.get() == 0) {
            idle.countDown();
        }
    }
}
