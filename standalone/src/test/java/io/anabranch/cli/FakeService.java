package io.anabranch.cli;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.v1.AggregatedRows;
import io.anabranch.v1.AuditRepair;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.AuditServiceGrpc;
import io.anabranch.v1.AuditedVertex;
import io.anabranch.v1.ClassScore;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.SharedAggregation;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StartTrainingResponse;
import io.anabranch.v1.StatusServiceGrpc;
import io.anabranch.v1.TopicStatus;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.Verdict;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service that answers the same to everybody, on a port of its own. */
final class FakeService implements AutoCloseable {

    final List<GraphEvent> published = new CopyOnWriteArrayList<>();
    volatile String trainingError = "";
    volatile List<EventPosition> minPositions = List.of();
    private final Server server;

    FakeService() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Ingest())
                .addService(new Predictions())
                .addService(new Models())
                .addService(new Audits())
                .addService(new StatusAnswer())
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Ingest extends IngestServiceGrpc.IngestServiceImplBase {

        @Override
        public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(PublishRequest request) {
                    published.add(request.getEvent());
                    responses.onNext(PublishResponse.newBuilder()
                            .setEventId(request.getEvent().getEventId())
                            .setOffset(published.size())
                            .build());
                }

                @Override
                public void onError(Throwable cause) {}

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    private final class Predictions extends PredictionServiceGrpc.PredictionServiceImplBase {

        @Override
        public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> responses) {
            ClassifyResponse.Builder reply = ClassifyResponse.newBuilder();
            minPositions = request.getMinPositionsList();
            for (String id : request.getNodeIdsList()) {
                if (id.equals("nobody")) {
                    responses.onError(Status.NOT_FOUND
                            .withDescription("The node (nobody) is unknown.")
                            .asRuntimeException());
                    return;
                }
                reply.addClassifications(Classification.newBuilder()
                        .setNodeId(id)
                        .addClassNames("legit")
                        .addScores(ClassScore.newBuilder().setClassName("fraud").setProbability(0.25f))
                        .addScores(ClassScore.newBuilder().setClassName("legit").setProbability(0.75f)));
            }
            responses.onNext(reply.build());
            responses.onCompleted();
        }
    }

    private static final class Audits extends AuditServiceGrpc.AuditServiceImplBase {

        @Override
        public void audit(AuditRequest request, StreamObserver<AuditResponse> responses) {
            AuditResponse.Builder reply = AuditResponse.newBuilder().setAudited(100);
            if (request.getNodeIdsList().contains("broken")) {
                reply.setWrong(1)
                        .setLargestError(0.5)
                        .addWorst(AuditedVertex.newBuilder()
                                .setNodeId("broken")
                                .setVerdict(Verdict.VERDICT_WRONG)
                                .setError(0.5)
                                .addStored(2)
                                .addRecomputed(1));
                if (request.getRepair()) {
                    reply.setRepair(AuditRepair.newBuilder().setRecomputed(1234));
                }
            }
            responses.onNext(reply.build());
            responses.onCompleted();
        }
    }

    private final class Models extends ModelServiceGrpc.ModelServiceImplBase {

        @Override
        public void startTraining(StartTrainingRequest request, StreamObserver<StartTrainingResponse> responses) {
            responses.onNext(StartTrainingResponse.newBuilder()
                    .setJob(job(TrainingState.TRAINING_STATE_RUNNING))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void watchTraining(WatchTrainingRequest request, StreamObserver<WatchTrainingResponse> responses) {
            TrainingJob.Builder last = job(
                    trainingError.isEmpty()
                            ? TrainingState.TRAINING_STATE_SERVING
                            : TrainingState.TRAINING_STATE_FAILED);
            responses.onNext(WatchTrainingResponse.newBuilder()
                    .setJob(last.setError(trainingError))
                    .build());
            responses.onCompleted();
        }

        private static TrainingJob.Builder job(TrainingState state) {
            return TrainingJob.newBuilder()
                    .setJobId("job-1")
                    .setModelName("default")
                    .setState(state)
                    .setMaxEpochs(10)
                    .putMetrics("test.accuracy", 0.815);
        }
    }

    private static final class StatusAnswer extends StatusServiceGrpc.StatusServiceImplBase {

        @Override
        public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
            responses.onNext(GetStatusResponse.newBuilder()
                    .setReady(true)
                    .setVertices(1234)
                    .setFeatureDimension(12)
                    .addSharedAggregations(SharedAggregation.newBuilder()
                            .setRows(AggregatedRows.AGGREGATED_ROWS_CLOSED)
                            .setDirectTransfers(5_000)
                            .setSharedTransfers(2_000)
                            .setEdits(17)
                            .setRebuilds(2))
                    .addTopics(TopicStatus.newBuilder()
                            .setTopic("anabranch.events")
                            .setPartitions(4)
                            .setRecords(99))
                    .build());
            responses.onCompleted();
        }
    }
}
