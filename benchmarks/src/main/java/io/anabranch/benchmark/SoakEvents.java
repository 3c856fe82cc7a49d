package io.anabranch.benchmark;

import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Publishes events at a fixed rate, on one stream a minute. */
final class SoakEvents implements AutoCloseable {

    private static final long STREAM_NANOS = 60_000_000_000L;

    private final Channel channel;
    private final Workload workload;
    private final LongAdder acknowledged = new LongAdder();
    private final Map<Status.Code, LongAdder> failures = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;
    /** Of the stream that is open. */
    private volatile boolean failed;

    SoakEvents(Channel channel, Workload workload, int rate) {
        this.channel = channel;
        this.workload = workload;
        this.thread = Thread.ofPlatform().name("soak-events").start(() -> run(rate));
    }

    private void run(int rate) {
        long begin = System.nanoTime();
        long opened = begin;
        ClientCallStreamObserver<PublishRequest> stream = open();
        for (long n = 0; !closed; n++) {
            long due = begin + n * 1_000_000_000L / rate;
            while (!closed && !failed && (System.nanoTime() < due || !stream.isReady())) {
                LockSupport.parkNanos(Math.max(100_000, due - System.nanoTime()));
            }
            if (failed || System.nanoTime() - opened > STREAM_NANOS) {
                if (!failed) {
                    stream.onCompleted();
                }
                stream = open();
                opened = System.nanoTime();
            }
            stream.onNext(PublishRequest.newBuilder().setEvent(workload.next()).build());
        }
        stream.onCompleted();
    }

    private ClientCallStreamObserver<PublishRequest> open() {
        failed = false;
        return (ClientCallStreamObserver<PublishRequest>) IngestServiceGrpc.newStub(channel)
                .publish(new StreamObserver<>() {
                    @Override
                    public void onNext(PublishResponse response) {
                        acknowledged.increment();
                    }

                    @Override
                    public void onError(Throwable problem) {
                        Status.Code code = Status.fromThrowable(problem).getCode();
                        failures.computeIfAbsent(code, _ -> new LongAdder()).increment();
                        failed = true;
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    /** Since this was called last. */
    long takeAcknowledged() {
        return acknowledged.sumThenReset();
    }

    /** Streams that failed, since the start. */
    Map<String, Long> failures() {
        Map<String, Long> all = new TreeMap<>();
        failures.forEach((code, count) -> all.put("Publish " + code, count.sum()));
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
