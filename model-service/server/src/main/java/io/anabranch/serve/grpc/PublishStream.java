package io.anabranch.serve.grpc;

import io.anabranch.serve.Problem;
import io.anabranch.serve.ProblemException;
import io.anabranch.serve.guard.Caller;
import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One client's stream of events. At most {@link #WINDOW} events are under way: the next is asked for when one has been
 * acknowledged and the client reads its acknowledgements. Acknowledgements go out in the order of the events; the first
 * event that is wrong or not taken ends the stream, after those before it have been acknowledged. So does a stop of the server.
 *
 * <p>gRPC's thread only queues; a virtual thread checks and sends; Kafka's thread acknowledges, under this object's lock.
 */
final class PublishStream implements StreamObserver<PublishRequest> {

    static final int WINDOW = 1024;

    private sealed interface Signal {}

    private record Event(PublishRequest request) implements Signal {}

    private enum End implements Signal {
        COMPLETED,
        GONE,
        STOPPING
    }

    private final IngestCalls calls;
    private final Caller caller = GuardInterceptor.passage().caller();
    // Of the whole stream: gRPC has metadata for a call, not for a message.
    private final Context trace = Context.current();
    private final ServerCallStreamObserver<PublishResponse> responses;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final Deque<CompletableFuture<PublishResponse>> underWay = new ArrayDeque<>();
    private int owed;
    private boolean completed;
    private boolean over;

    private PublishStream(IngestCalls calls, ServerCallStreamObserver<PublishResponse> responses) {
        this.calls = calls;
        this.responses = responses;
    }

    static PublishStream open(IngestCalls calls, ServerCallStreamObserver<PublishResponse> responses) {
        PublishStream stream = new PublishStream(calls, responses);
        responses.disableAutoRequest();
        responses.setOnCancelHandler(() -> stream.inbox.add(End.GONE));
        responses.setOnReadyHandler(stream::ask);
        responses.request(WINDOW);
        GuardInterceptor.passage().onStop(() -> stream.inbox.add(End.STOPPING));
        Thread.ofVirtual().name("anabranch-publish").start(stream::send);
        return stream;
    }

    @Override
    public void onNext(PublishRequest request) {
        inbox.add(new Event(request));
    }

    @Override
    public void onError(Throwable failure) {
        inbox.add(End.GONE);
    }

    @Override
    public void onCompleted() {
        inbox.add(End.COMPLETED);
    }

    private void send() {
        try (Scope scope = trace.makeCurrent()) {
            boolean open = true;
            while (open) {
                open = switch (inbox.take()) {
                    case Event event -> send(event.request());
                    case End.COMPLETED -> complete();
                    case End.GONE -> gone();
                    case End.STOPPING -> stop();
                };
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False: nothing after this one is taken. */
    private boolean send(PublishRequest request) {
        CompletableFuture<PublishResponse> sent;
        boolean taken = true;
        try {
            sent = calls.publish(request, caller);
        } catch (ProblemException e) {
            sent = CompletableFuture.failedFuture(e);
            taken = false;
        }
        synchronized (this) {
            underWay.add(sent);
        }
        var unused = sent.whenComplete((response, failure) -> acknowledge());
        synchronized (this) {
            return taken && !over;
        }
    }

    private boolean complete() {
        synchronized (this) {
            completed = true;
        }
        acknowledge();
        return false;
    }

    private boolean stop() {
        synchronized (this) {
            underWay.add(CompletableFuture.failedFuture(Problem.stopping()));
        }
        acknowledge();
        return false;
    }

    private synchronized boolean gone() {
        over = true;
        underWay.clear();
        return false;
    }

    private synchronized void acknowledge() {
        while (!over && !underWay.isEmpty() && underWay.element().isDone()) {
            try {
                responses.onNext(underWay.remove().join());
                owed++;
            } catch (CompletionException e) {
                over = true;
                underWay.clear();
                responses.onError(Answers.error(e));
            }
        }
        if (!over && completed && underWay.isEmpty()) {
            over = true;
            responses.onCompleted();
        }
        ask();
    }

    private synchronized void ask() {
        if (!over && owed > 0 && responses.isReady()) {
            responses.request(owed);
            owed = 0;
        }
    }
}
