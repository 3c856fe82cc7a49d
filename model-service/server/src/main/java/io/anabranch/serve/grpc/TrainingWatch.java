package io.anabranch.serve.grpc;

import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One client that follows a training. A client that reads slowly misses epochs, but neither a change of state nor the
 * end. A stop of the server ends it with UNAVAILABLE.
 */
final class TrainingWatch {

    private final ServerCallStreamObserver<WatchTrainingResponse> responses;
    private TrainingState told = TrainingState.TRAINING_STATE_UNSPECIFIED;
    private boolean over;
    private Runnable unwatch = () -> {};

    private TrainingWatch(ServerCallStreamObserver<WatchTrainingResponse> responses) {
        this.responses = responses;
    }

    static void begin(ModelCalls calls, WatchTrainingRequest request, StreamObserver<WatchTrainingResponse> responses) {
        TrainingWatch watch = new TrainingWatch((ServerCallStreamObserver<WatchTrainingResponse>) responses);
        watch.responses.setOnCancelHandler(watch::end);
        try {
            watch.follow(calls.watchTraining(request, watch::tell));
            GuardInterceptor.passage().onStop(watch::stop);
        } catch (RuntimeException e) {
            responses.onError(Answers.error(e));
        }
    }

    private void follow(Runnable ending) {
        boolean ended;
        synchronized (this) {
            unwatch = ending;
            ended = over;
        }
        // Not under this lock: the job's lock is taken before it, never after.
        if (ended) {
            ending.run();
        }
    }

    private synchronized void tell(WatchTrainingResponse response) {
        TrainingState state = response.getJob().getState();
        if (over || state == told && !responses.isReady()) {
            return;
        }
        told = state;
        responses.onNext(response);
        switch (state) {
            case TRAINING_STATE_SERVING, TRAINING_STATE_FAILED, TRAINING_STATE_CANCELLED -> {
                over = true;
                responses.onCompleted();
            }
            case TRAINING_STATE_UNSPECIFIED, TRAINING_STATE_RUNNING, TRAINING_STATE_PUBLISHED, UNRECOGNIZED -> {}
        }
    }

    private void stop() {
        synchronized (this) {
            if (!over) {
                over = true;
                responses.onError(Answers.error(Problem.stopping()));
            }
        }
        end();
    }

    private void end() {
        Runnable ending;
        synchronized (this) {
            over = true;
            ending = unwatch;
        }
        ending.run();
    }
}
