package io.anabranch.serve.grpc;

import io.anabranch.serve.watch.Watch;
import io.anabranch.serve.wire.WatchCalls;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.jspecify.annotations.Nullable;

/** One client that follows predictions: ready as long as gRPC's own buffer is. */
final class PredictionWatch implements WatchCalls.Receiver {

    private final ServerCallStreamObserver<WatchResponse> responses;
    private volatile @Nullable Watch watch;
    private volatile boolean cancelled;

    private PredictionWatch(ServerCallStreamObserver<WatchResponse> responses) {
        this.responses = responses;
    }

    static void begin(WatchCalls calls, WatchRequest request, StreamObserver<WatchResponse> responses) {
        PredictionWatch each = new PredictionWatch((ServerCallStreamObserver<WatchResponse>) responses);
        each.responses.setOnCancelHandler(each::cancelled);
        each.responses.setOnReadyHandler(each::signal);
        try {
            Watch opened = calls.open(request, each);
            each.watch = opened;
            if (each.cancelled) {
                opened.close();
            }
            opened.signal();
        } catch (RuntimeException e) {
            responses.onError(Answers.error(e));
        }
    }

    private void signal() {
        Watch open = watch;
        if (open != null) {
            open.signal();
        }
    }

    private void cancelled() {
        cancelled = true;
        Watch open = watch;
        if (open != null) {
            open.close();
        }
    }

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
        responses.onError(Answers.error(why));
    }
}
