package io.anabranch.benchmark;

import io.anabranch.model.v1.Convolution;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.NodeFreshness;
import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.predict.ProgressView;
import io.anabranch.serve.registry.CoverageTable;
import io.anabranch.serve.registry.ModelLog;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.watch.Watch;
import io.anabranch.serve.watch.WatchLimits;
import io.anabranch.serve.watch.Watches;
import io.anabranch.serve.wire.WatchCalls;
import io.anabranch.v1.Classification;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * From an embedding readable to the message received, with many watchers: view, watches, gRPC server and clients in this process, over
 * loopback. Arguments: watchers, seconds.
 */
public final class WatchTimes {

    private static final int NODES = 100_000;
    private static final int IDS = 100;

    private static final ModelRegistry REGISTRY = new ModelRegistry(new CoverageTable(1));

    private WatchTimes() {}

    /** Runs it. */
    public static void main(String[] args) throws Exception {
        int watchers = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        System.out.println(
                "| watchers | each watches | changes/s | messages/s | changes told/s | p50 ms | p99 ms | p99.9 ms | resyncs |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        measure(1, false, 1_000, 3);
        measure(1, false, 1_000, seconds);
        measure(watchers, true, 1_000, seconds);
        measure(watchers, true, 5_000, seconds);
        measure(watchers, false, 10, seconds);
        measure(watchers, false, 50, seconds);
        System.exit(0);
    }

    private static long version() {
        ModelLog log = records -> records.forEach(record -> {
            try {
                REGISTRY.apply(
                        record.key(),
                        record.value() == null ? null : record.value().toByteArray());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        });
        ModelPublisher publisher = new ModelPublisher(REGISTRY, log, 100, Duration.ofSeconds(5), () -> true);
        ModelSnapshot random = RandomModel.of(Convolution.CONVOLUTION_GCN, new SplittableRandom(1), 8, 8);
        Head head = Head.newBuilder()
                .setTask("class")
                .setKind(HeadKind.HEAD_KIND_MULTI_CLASS)
                .build();
        ModelSnapshot model = random.toBuilder()
                .setSpec(random.getSpec().toBuilder().addHeads(head))
                .build();
        long version = publisher.publish(model).version();
        REGISTRY.cover(version, 0, 1);
        publisher.promote(model.getSpec().getName(), version);
        return version;
    }

    private static void measure(int watchers, boolean some, int rate, int seconds) throws Exception {
        long version = version();
        EmbeddingView view = new EmbeddingView();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < NODES; i++) {
            put(view, version, i, i, random);
        }
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (ProgressView progress = new ProgressView(1);
                Watches watches = new Watches(
                        REGISTRY,
                        view,
                        new Predictions(REGISTRY, view, java.util.List::of),
                        progress,
                        new WatchLimits(watchers, IDS, 10_000, 1_000, Duration.ofMinutes(5)),
                        meters)) {
            watches.start();
            Server server = serve(new WatchCalls(watches));
            ManagedChannel channel = Grpc.newChannelBuilder(
                            "localhost:" + server.getPort(), InsecureChannelCredentials.create())
                    .build();
            Receivers receivers = new Receivers(watchers);
            for (int w = 0; w < watchers; w++) {
                WatchRequest.Builder request = WatchRequest.newBuilder();
                for (int i = 0; some && i < IDS; i++) {
                    request.addNodeIds("n" + random.nextInt(NODES));
                }
                PredictionServiceGrpc.newStub(channel).watch(request.build(), receivers);
            }
            receivers.open.await();
            receivers.reset();
            long begin = System.nanoTime();
            int count = rate * seconds;
            for (int i = 0; i < count; i++) {
                long due = begin + i * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
                }
                put(view, version, random.nextInt(NODES), NODES + i, random);
            }
            Thread.sleep(1_000);
            receivers.print(
                    "| %,d | %s | %,d | ".formatted(watchers, some ? IDS + " nodes" : "every node", rate),
                    seconds,
                    (int) meters.get("anabranch.watch.resyncs").counter().count());
            channel.shutdownNow();
            server.shutdownNow();
            boolean unused = server.awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private static void put(EmbeddingView view, long version, int node, long offset, SplittableRandom random) {
        float[] values = new float[8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        // The event time says when it became readable.
        view.put(
                version,
                "n" + node,
                new NodeVector(values, new NodeFreshness(System.nanoTime(), 0, 0, offset), offset));
        view.read(0, offset + 1, true);
    }

    private static Server serve(WatchCalls calls) throws Exception {
        return Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new PredictionServiceGrpc.PredictionServiceImplBase() {
                    @Override
                    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
                        follow(calls, request, (ServerCallStreamObserver<WatchResponse>) responses);
                    }
                })
                .build()
                .start();
    }

    private static void follow(
            WatchCalls calls, WatchRequest request, ServerCallStreamObserver<WatchResponse> responses) {
        AtomicReference<Watch> watch = new AtomicReference<>();
        responses.setOnCancelHandler(() -> {
            Watch opened = watch.get();
            if (opened != null) {
                opened.close();
            }
        });
        responses.setOnReadyHandler(() -> {
            if (watch.get() != null) {
                watch.get().signal();
            }
        });
        watch.set(calls.open(request, new WatchCalls.Receiver() {
            @Override
            public boolean ready() {
                return responses.isReady();
            }

            @Override
            public void send(WatchResponse response) {
                responses.onNext(response);
            }

            @Override
            public void fail(RuntimeException why) {
                responses.onError(why);
            }
        }));
    }

    /** All clients. */
    private static final class Receivers implements StreamObserver<WatchResponse> {
        private final CountDownLatch open;
        private Latencies latencies = new Latencies();
        private long messages;
        private long changes;

        Receivers(int watchers) {
            open = new CountDownLatch(watchers);
        }

        synchronized void reset() {
            latencies = new Latencies();
            messages = 0;
            changes = 0;
        }

        @Override
        public void onNext(WatchResponse response) {
            long now = System.nanoTime();
            open.countDown();
            synchronized (this) {
                messages++;
                for (Classification each : response.getClassificationsList()) {
                    latencies.add(now - each.getFreshness().getEventTimeMs());
                    changes++;
                }
            }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        synchronized void print(String prefix, int seconds, int resyncs) {
            System.out.printf(
                    "%s%,d | %,d | %s | %s | %s | %d |%n",
                    prefix, messages / seconds, changes / seconds, millis(0.5), millis(0.99), millis(0.999), resyncs);
        }

        private String millis(double share) {
            String micros = latencies.percentile(share);
            return micros.equals("–") ? micros : "%.1f".formatted(Double.parseDouble(micros.replace(",", "")) / 1e3);
        }
    }
}
