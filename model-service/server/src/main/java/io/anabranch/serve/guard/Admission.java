package io.anabranch.serve.guard;

import io.anabranch.serve.Problem.Refusal;
import io.anabranch.serve.Problem.Refused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many calls are under way. One too many is refused at once: a client that is told so can go elsewhere or come back, one that waits
 * in a queue gets an answer that it no longer wants. Any thread.
 */
final class Admission {

    private static final Duration RETRY = Duration.ofMillis(500);

    /** One call's place; given back once, however often it is closed. */
    static final class Place implements AutoCloseable {

        private final AtomicInteger taken;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Place(AtomicInteger taken) {
            this.taken = taken;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                taken.decrementAndGet();
            }
        }
    }

    private final AtomicInteger unary = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final int mostUnary;
    private final int mostStreams;

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

    /** @throws io.anabranch.serve.ProblemException if there are as many as may be */
    Place enter(boolean stream) {
        AtomicInteger taken = stream ? streams : unary;
        int most = stream ? mostStreams : mostUnary;
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
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
}
