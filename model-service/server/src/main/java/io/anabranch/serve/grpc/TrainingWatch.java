package io.anabranch.serve.grpc;

import io.anabranch.serve.Problem;
import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * One client that follows a training. A client that reads slowly gets several epochs in one message, but every change of
 * state and the end. A stop of the server ends it with UNAVAILABLE.
 */
final class TrainingWatch {

    private final ServerCallStreamObserver<WatchTrainingResponse> responses;
    private TrainingState told = TrainingState.TRAINING_STATE_UNSPECIFIED;
    private int lastEpoch;
    private boolean over;
    private Runnable unwatch = () -> {};

    TrainingWatch(ServerCallStreamObserver<WatchTrainingResponse> responses) {
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

    synchronized void tell(WatchTrainingResponse response) {
        TrainingState state = response.getJob().getState();
        if (over || state == told && !responses.isReady()) {
            return;
        }
        told = state;
        responses.onNext(sinceLast(response));
        switch (state) {
            case TRAINING_STATE_SERVING, TRAINING_STATE_COVERED, TRAINING_STATE_FAILED, TRAINING_STATE_CANCELLED -> {
                over = true;
                responses.onCompleted();
            }
            case TRAINING_STATE_UNSPECIFIED, TRAINING_STATE_RUNNING, TRAINING_STATE_PUBLISHED, UNRECOGNIZED -> {}
        }
    }

    /** The whole curve with every epoch would be more and more to send. */
    private WatchTrainingResponse sinceLast(WatchTrainingResponse whole) {
        WatchTrainingResponse.Builder response = whole.toBuilder();
        response.getJobBuilder()
                .clearCurve()
                .addAllCurve(whole.getJob().getCurveList().stream()
                        .filter(point -> point.getEpoch() > lastEpoch)
                        .toList());
        lastEpoch = whole.getJob().getEpoch();
        return response.build();
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
