package io.anabranch.cli;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Sends events through Publish, keeping a bounded number unacknowledged, and waits for the last acknowledgement. */
final class EventStream {

    private static final int MOST_IN_FLIGHT = 8192;
    private static final long STALLED_SECONDS = 60;

    private final Semaphore window = new Semaphore(MOST_IN_FLIGHT);
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private final Queue<GraphEvent> unacknowledged = new ConcurrentLinkedQueue<>();
    private final BiConsumer<GraphEvent, PublishResponse> whenAcknowledged;

    private EventStream(BiConsumer<GraphEvent, PublishResponse> whenAcknowledged) {
        this.whenAcknowledged = whenAcknowledged;
    }

    /**
     * Sends everything.
     *
     * @param eventsPerSecond steady rate; 0: as fast as acknowledged
     * @param progress told the number of acknowledged events
     * @return how many were acknowledged
     */
    static long send(ServiceClient client, Iterator<GraphEvent> events, double eventsPerSecond, LongConsumer progress)
            throws InterruptedException {
        return send(client, events, eventsPerSecond, progress, (event, acknowledgement) -> {});
    }

    /**
     * The same.
     *
     * @param whenAcknowledged told each event and where it lies once Kafka has it, in order, on the connection's thread
     */
    static long send(
            ServiceClient client,
            Iterator<GraphEvent> events,
            double eventsPerSecond,
            LongConsumer progress,
            BiConsumer<GraphEvent, PublishResponse> whenAcknowledged)
            throws InterruptedException {
        return new EventStream(whenAcknowledged).run(client, events, eventsPerSecond, progress);
    }

    private long run(ServiceClient client, Iterator<GraphEvent> events, double eventsPerSecond, LongConsumer progress)
            throws InterruptedException {
        StreamObserver<PublishRequest> requests = client.ingest().publish(new Acknowledgements());
        long start = System.nanoTime();
        long sent = 0;
        while (events.hasNext() && failure.get() == null) {
            if (eventsPerSecond > 0) {
                pace(start + (long) (sent / eventsPerSecond * 1e9));
            }
            takeSlot();
            GraphEvent event = events.next();
            unacknowledged.add(event);
            requests.onNext(PublishRequest.newBuilder().setEvent(event).build());
            sent++;
            if (sent % 256 == 0) {
                progress.accept(acknowledged.get());
            }
        }
        if (failure.get() == null) {
            requests.onCompleted();
        }
        while (acknowledged.get() < sent && failure.get() == null) {
            progress.accept(acknowledged.get());
            Thread.sleep(5);
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new StatusRuntimeException(Status.fromThrowable(cause));
        }
        progress.accept(sent);
        return sent;
    }

    private static void pace(long due) {
        long wait = due - System.nanoTime();
        while (wait > 0) {
            LockSupport.parkNanos(wait);
            wait = due - System.nanoTime();
        }
    }

    private void takeSlot() throws InterruptedException {
        if (!window.tryAcquire(STALLED_SECONDS, TimeUnit.SECONDS) && failure.get() == null) {
            throw new CommandFailure(ExitCode.FAILED, "No event was acknowledged for %d s.".formatted(STALLED_SECONDS));
        }
    }

    private final class Acknowledgements implements StreamObserver<PublishResponse> {

        @Override
        public void onNext(PublishResponse acknowledgement) {
            GraphEvent event = unacknowledged.poll();
            if (event != null) {
                whenAcknowledged.accept(event, acknowledgement);
            }
            acknowledged.incrementAndGet();
            window.release();
        }

        @Override
        public void onError(Throwable cause) {
            failure.set(cause);
            window.release(MOST_IN_FLIGHT);
        }

        @Override
        public void onCompleted() {}
    }
}
