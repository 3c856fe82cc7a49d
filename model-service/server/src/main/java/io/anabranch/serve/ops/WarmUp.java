package io.anabranch.serve.ops;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.anabranch.model.v1.Head;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.serve.predict.EmbeddingView;
import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ScoreLinksRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jboss.logging.Logger;

/**
 * Before the server says for the first time that it is ready, it asks itself what clients will ask: bytes to request, answer, bytes, with the
 * heads of every active version and vertices that are there. So the first clients do not meet code that the JVM has never run. It takes
 * a given time at most, and a fault in it is logged and keeps nobody out.
 */
final class WarmUp implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    /** By then everything on the way is compiled. */
    private static final int CALLS_OF_A_KIND = 15_000;

    private static final int VERTICES = 256;
    private static final long LOOK_AGAIN_MS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Duration budget;
    private final Readiness feeds;
    private final ModelRegistry registry;
    private final EmbeddingView view;
    private final PredictionCalls calls;
    private final Runnable end;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("anabranch-warm-up").unstarted(this::run);
    private volatile boolean done;

    /**
     * @param budget longest time that it may take, zero: there is none
     * @param feeds what has to have caught up before
     * @param calls that count in no metric of the server's
     * @param end runs when these calls are not needed any more
     */
    WarmUp(
            Duration budget,
            Readiness feeds,
            ModelRegistry registry,
            EmbeddingView view,
            PredictionCalls calls,
            Runnable end) {
        this.budget = budget;
        this.feeds = feeds;
        this.registry = registry;
        this.view = view;
        this.calls = calls;
        this.end = end;
        this.done = budget.isZero();
    }

    void start() {
        if (!done) {
            thread.start();
        }
    }

    /** Why it keeps the server from being ready, one line; empty: it does not. */
    List<String> pending() {
        return done ? List.of() : List.of("the paths of requests are being warmed up");
    }

    private void run() {
        try {
            while (!feeds.pending().isEmpty()) {
                Thread.sleep(LOOK_AGAIN_MS);
            }
            long start = System.nanoTime();
            int made = 0;
            for (Kind kind : kinds()) {
                made += kind.repeat(start + budget.toNanos());
            }
            LOG.infof("Warmed up with %d calls in %d ms.", made, (System.nanoTime() - start) / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("The warm-up has ended early.", e);
        } finally {
            done = true;
            end.run();
        }
    }

    /** One way of asking, numbered from 0 so that each call is about other vertices. */
    private record Kind(IntUnaryOperator call) {

        int repeat(long deadline) {
            int made = 0;
            while (made < CALLS_OF_A_KIND
                    && System.nanoTime() < deadline
                    && !Thread.currentThread().isInterrupted()) {
                var unused = call.applyAsInt(made++);
            }
            return made;
        }
    }

    private List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (String name : registry.catalog().names()) {
            ModelVersion version = registry.catalog().active(name);
            List<String> ids = version == null
                    ? List.of()
                    : view.of(version.version()).keySet().stream()
                            .limit(VERTICES)
                            .toList();
            if (version == null || ids.isEmpty()) {
                continue;
            }
            ModelSelector model = ModelSelector.newBuilder()
                    .setName(name)
                    .setVersion(version.version())
                    .build();
            kinds.add(new Kind(i -> embedding(model, id(ids, i))));
            for (Head head : version.spec().getHeadsList()) {
                kinds.add(
                        head.getKind() == HeadKind.HEAD_KIND_LINK
                                ? new Kind(i -> link(model, head.getTask(), id(ids, i), id(ids, i + 1)))
                                : new Kind(i -> classification(model, head.getTask(), id(ids, i))));
            }
        }
        return kinds;
    }

    private static String id(List<String> ids, int i) {
        return ids.get(i % ids.size());
    }

    /** @return bytes of the answer, so that none of it is left out as unused */
    private int embedding(ModelSelector model, String id) {
        ByteString asked = GetEmbeddingsRequest.newBuilder()
                .setModel(model)
                .addNodeIds(id)
                .build()
                .toByteString();
        try {
            return calls.getEmbeddings(GetEmbeddingsRequest.parseFrom(asked), PATIENCE)
                    .join()
                    .toByteArray()
                    .length;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private int classification(ModelSelector model, String task, String id) {
        ByteString asked = ClassifyRequest.newBuilder()
                .setModel(model)
                .setTask(task)
                .addNodeIds(id)
                .build()
                .toByteString();
        try {
            return calls.classify(ClassifyRequest.parseFrom(asked), PATIENCE)
                    .join()
                    .toByteArray()
                    .length;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private int link(ModelSelector model, String task, String source, String target) {
        ByteString asked = ScoreLinksRequest.newBuilder()
                .setModel(model)
                .setTask(task)
                .addPairs(NodePair.newBuilder().setSource(source).setTarget(target))
                .build()
                .toByteString();
        try {
            return calls.scoreLinks(ScoreLinksRequest.parseFrom(asked), PATIENCE)
                    .join()
                    .toByteArray()
                    .length;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
