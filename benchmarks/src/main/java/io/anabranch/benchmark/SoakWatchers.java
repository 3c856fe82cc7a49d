package io.anabranch.benchmark;

import com.google.protobuf.ByteString;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.WatchKind;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Watchers of some vertices each. Every few seconds the oldest goes; another comes, by turns new or in its place. */
final class SoakWatchers implements AutoCloseable {

    private static final int WATCHERS = 20;
    private static final int NODES = 100;
    private static final int SECONDS = 3;

    private final Channel channel;
    private final int vertices;
    private final SplittableRandom random = new SplittableRandom(13);
    private final LongAdder messages = new LongAdder();
    private final LongAdder resyncs = new LongAdder();
    private final Map<Status.Code, LongAdder> failures = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    SoakWatchers(Channel channel, int vertices) {
        this.channel = channel;
        this.vertices = vertices;
        this.thread = Thread.ofPlatform().name("soak-watchers").start(this::run);
    }

    private void run() {
        ArrayDeque<Watcher> open = new ArrayDeque<>();
        for (int i = 0; i < WATCHERS; i++) {
            open.add(new Watcher(nodes(), ByteString.EMPTY));
        }
        boolean resume = false;
        while (!await()) {
            Watcher oldest = open.remove();
            oldest.cancel();
            resume = !resume;
            open.add(resume ? new Watcher(oldest.nodes, oldest.token) : new Watcher(nodes(), ByteString.EMPTY));
        }
        open.forEach(Watcher::cancel);
    }

    private boolean await() {
        try {
            return closed.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            return true;
        }
    }

    private List<String> nodes() {
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            nodes.add("account-" + random.nextInt(vertices));
        }
        return nodes;
    }

    /** Since this was called last. */
    long takeMessages() {
        return messages.sumThenReset();
    }

    long resyncs() {
        return resyncs.sum();
    }

    /** Watches that failed, since the start. */
    Map<String, Long> failures() {
        Map<String, Long> all = new TreeMap<>();
        failures.forEach((code, count) -> all.put("Watch " + code, count.sum()));
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.join();
    }

    /** One open stream. */
    private final class Watcher implements StreamObserver<WatchResponse> {
        private final List<String> nodes;
        private final Context.CancellableContext context = Context.current().withCancellation();
        private volatile ByteString token;
        private volatile boolean cancelled;

        Watcher(List<String> nodes, ByteString from) {
            this.nodes = nodes;
            this.token = from;
            WatchRequest request = WatchRequest.newBuilder()
                    .addAllNodeIds(nodes)
                    .setInitialState(from.isEmpty())
                    .setResumeToken(from)
                    .build();
            context.run(() -> PredictionServiceGrpc.newStub(channel).watch(request, this));
        }

        void cancel() {
            cancelled = true;
            context.cancel(null);
        }

        @Override
        public void onNext(WatchResponse response) {
            token = response.getResumeToken();
            messages.increment();
            if (response.getKind() == WatchKind.WATCH_KIND_RESYNC) {
                resyncs.increment();
            }
        }

        @Override
        public void onError(Throwable problem) {
            if (!cancelled) {
                failures.computeIfAbsent(Status.fromThrowable(problem).getCode(), _ -> new LongAdder())
                        .increment();
            }
        }

        @Override
        public void onCompleted() {}
    }
}
