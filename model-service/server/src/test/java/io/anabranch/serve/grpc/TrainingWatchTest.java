package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.anabranch.model.v1.TrainingEpoch;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingWatchTest {

    private final Client client = new Client();
    private final TrainingWatch watch = new TrainingWatch(client);

    private static WatchTrainingResponse at(TrainingState state, int epoch) {
        TrainingJob.Builder job = TrainingJob.newBuilder().setState(state).setEpoch(epoch);
        for (int e = 1; e <= epoch; e++) {
            job.addCurve(TrainingEpoch.newBuilder().setEpoch(e));
        }
        return WatchTrainingResponse.newBuilder().setJob(job).build();
    }

    @ParameterizedTest
    @EnumSource(
            value = TrainingState.class,
            mode = EnumSource.Mode.MATCH_ANY,
            names = {
                "TRAINING_STATE_SERVING",
                "TRAINING_STATE_COVERED",
                "TRAINING_STATE_FAILED",
                "TRAINING_STATE_CANCELLED"
            })
    void endsWithTheLastState(TrainingState last) {
        watch.tell(at(TrainingState.TRAINING_STATE_RUNNING, 1));
        watch.tell(at(TrainingState.TRAINING_STATE_PUBLISHED, 1));
        assertThat(client.completed).isFalse();
        watch.tell(at(last, 1));
        assertThat(client.completed).isTrue();
        assertThat(client.got).hasSize(3);
    }

    @Test
    void eachEpochIsSentOnceThoughTheClientReadsSlowly() {
        watch.tell(at(TrainingState.TRAINING_STATE_RUNNING, 1));
        client.ready = false;
        watch.tell(at(TrainingState.TRAINING_STATE_RUNNING, 2));
        watch.tell(at(TrainingState.TRAINING_STATE_RUNNING, 3));
        client.ready = true;
        watch.tell(at(TrainingState.TRAINING_STATE_RUNNING, 4));
        watch.tell(at(TrainingState.TRAINING_STATE_PUBLISHED, 4));
        assertThat(client.got)
                .extracting(response -> response.getJob().getCurveList().stream()
                        .map(TrainingEpoch::getEpoch)
                        .toList())
                .containsExactly(List.of(1), List.of(2, 3, 4), List.of());
    }

    private static final class Client extends ServerCallStreamObserver<WatchTrainingResponse> {
        final List<WatchTrainingResponse> got = new ArrayList<>();
        boolean ready = true;
        boolean completed;

        @Override
        public void onNext(WatchTrainingResponse response) {
            got.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
