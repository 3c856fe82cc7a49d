package io.anabranch.benchmark;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Clients of which each waits for its answer before it asks again. */
final class ClosedLoop<Q, R> {

    private final Channel channel;
    private final MethodDescriptor<Q, R> method;
    private final List<Q> requests;
    private final AtomicLong next = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    ClosedLoop(Channel channel, MethodDescriptor<Q, R> method, List<Q> requests) {
        this.channel = channel;
        this.method = method;
        this.requests = requests;
    }

    /**
     * Asks for so long and waits for the last answers.
     *
     * @param into latencies in nanoseconds
     * @return answers a second
     */
    double run(int clients, double seconds, Histogram into) throws InterruptedException {
        Histogram latencies = new ConcurrentHistogram(into.getNumberOfSignificantValueDigits());
        CountDownLatch done = new CountDownLatch(clients);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        for (int i = 0; i < clients; i++) {
            ask(end, latencies, done);
        }
        done.await();
        double elapsed = (System.nanoTime() - begin) / 1e9;
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("A call failed.", failed);
        }
        into.add(latencies);
        return latencies.getTotalCount() / elapsed;
    }

    private void ask(long end, Histogram latencies, CountDownLatch done) {
        long start = System.nanoTime();
        if (start >= end || failure.get() != null) {
            done.countDown();
            return;
        }
        Q request = requests.get((int) (next.getAndIncrement() % requests.size()));
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), request, new StreamObserver<R>() {
            @Override
            public void onNext(R response) {}

            @Override
            public void onError(Throwable problem) {
                failure.set(problem);
                done.countDown();
            }

            @Override
            public void onCompleted() {
                latencies.recordValue(System.nanoTime() - start);
                ask(end, latencies, done);
            }
        });
    }
}
