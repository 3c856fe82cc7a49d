package io.anabranch.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.Provenance;
import io.anabranch.model.v1.ModelSpec;
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
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.DeleteModelAliasResponse;
import io.anabranch.v1.EdgeContribution;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.ExactReason;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.ExplainedScore;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.FeatureContribution;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.GetModelResponse;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.HopSum;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ImportModelResponse;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.NodeContribution;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
import io.anabranch.v1.RecentChange;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.RetireModelResponse;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.RollbackModelResponse;
import io.anabranch.v1.ServedRequests;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetCanaryResponse;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetModelAliasResponse;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.SetShadowResponse;
import io.anabranch.v1.ShadowComparison;
import io.anabranch.v1.SharedAggregation;
import io.anabranch.v1.SimilarNode;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StartTrainingResponse;
import io.anabranch.v1.StatusServiceGrpc;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopCanaryResponse;
import io.anabranch.v1.StopShadowRequest;
import io.anabranch.v1.StopShadowResponse;
import io.anabranch.v1.TopicStatus;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.Verdict;
import io.anabranch.v1.WatchKind;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
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
    volatile StartTrainingRequest lastTraining = StartTrainingRequest.getDefaultInstance();
    volatile List<EventPosition> minPositions = List.of();
    /** Requests about models, in their order. */
    final List<Message> asked = new CopyOnWriteArrayList<>();

    private final Server server;

    /** Credentials of each call, as they came; "none" without. */
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    /** Watches as they were asked for. */
    final List<WatchRequest> watches = new CopyOnWriteArrayList<>();

    FakeService() throws IOException {
        this(InsecureServerCredentials.create());
    }

    FakeService(ServerCredentials credentials) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials)
                .intercept(new Authorizations())
                .addService(new Ingest())
                .addService(new Predictions())
                .addService(new Models())
                .addService(new Audits())
                .addService(new StatusAnswer())
                .build()
                .start();
    }

    private void ask(Message request) {
        asked.add(request);
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private final class Authorizations implements ServerInterceptor {

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String authorization = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            authorizations.add(authorization == null ? "none" : authorization);
            return next.startCall(call, headers);
        }
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

        /** Two messages and the server goes away; asked again, one that is the last. */
        @Override
        public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
            watches.add(request);
            if (request.getResumeToken().isEmpty()) {
                responses.onNext(WatchResponse.newBuilder()
                        .setKind(WatchKind.WATCH_KIND_HEARTBEAT)
                        .build());
                responses.onNext(change("legit", "place-1"));
                responses.onError(
                        Status.UNAVAILABLE.withDescription("The server stops.").asRuntimeException());
            } else {
                responses.onNext(change("fraud", "place-2"));
            }
        }

        private static WatchResponse change(String className, String place) {
            return WatchResponse.newBuilder()
                    .setKind(WatchKind.WATCH_KIND_CHANGES)
                    .setResumeToken(ByteString.copyFromUtf8(place))
                    .addClassifications(Classification.newBuilder()
                            .setNodeId("a")
                            .addClassNames(className)
                            .addScores(ClassScore.newBuilder()
                                    .setClassName(className)
                                    .setProbability(0.75f)))
                    .addMissingNodeIds("b")
                    .build();
        }

        @Override
        public void findSimilar(FindSimilarRequest request, StreamObserver<FindSimilarResponse> responses) {
            responses.onNext(FindSimilarResponse.newBuilder()
                    .setMetric(request.getMetric())
                    .setExact(request.getExact())
                    .setExactBecause(
                            request.getExact()
                                    ? ExactReason.EXACT_REASON_ASKED_FOR
                                    : ExactReason.EXACT_REASON_UNSPECIFIED)
                    .setCompared(1234)
                    .setPending(7)
                    .addNodes(SimilarNode.newBuilder()
                            .setNodeId(request.getFilter().getNodeType() + "-" + request.getK())
                            .setScore(0.5))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void explain(ExplainRequest request, StreamObserver<ExplainResponse> responses) {
            EdgeContribution.Builder edge = EdgeContribution.newBuilder()
                    .setSource(request.hasPair() ? request.getPair().getSource() : "neighbour")
                    .setTarget(request.getNodeId())
                    .setType("pays")
                    .setProvenance(Provenance.PROVENANCE_LEARNED)
                    .addContributions(0.5)
                    .addContributions(-0.25)
                    .setContribution(0.25)
                    .setEventTimeMs(1_000);
            if (request.getLeaveOneOut() > 0) {
                edge.setWithout(ExplainedScore.newBuilder().setValue(-3.5).setProbability(0.125));
            }
            responses.onNext(ExplainResponse.newBuilder()
                    .setTask("fraud")
                    .setClassName(request.getClassName())
                    .setAgainstClassName(request.getAgainstClassName())
                    .setServed(ExplainedScore.newBuilder().setValue(1.5).setProbability(0.75))
                    .setRecomputed(ExplainedScore.newBuilder().setValue(1.5).setProbability(0.75))
                    .setMatchesServed(request.hasNodeId())
                    .setEmbeddingError(0.5)
                    .addHops(HopSum.newBuilder()
                            .setHop(1)
                            .setEdges(0.5)
                            .setOwn(0.75)
                            .setConstants(0.25)
                            .setMessages(1))
                    .addEdges(edge)
                    .setEdgeCount(1234)
                    .addNodes(NodeContribution.newBuilder()
                            .setNodeId("far")
                            .setDistance(2)
                            .setContribution(0.125)
                            .addFeatures(FeatureContribution.newBuilder()
                                    .setColumn(7)
                                    .setValue(2)
                                    .setContribution(0.125)))
                    .setNodeCount(99)
                    .addChanges(RecentChange.newBuilder().setEventTimeMs(1_000).setEdge(edge))
                    .setChangeCount(request.getMaxChanges())
                    .build());
            responses.onCompleted();
        }

        @Override
        public void rankLinks(RankLinksRequest request, StreamObserver<RankLinksResponse> responses) {
            responses.onNext(RankLinksResponse.newBuilder()
                    .setScored(request.getCandidatesCount())
                    .addScores(LinkScore.newBuilder()
                            .setSource(request.getSource())
                            .setTarget(request.getCandidates(1))
                            .setProbability(0.75f))
                    .build());
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

        private Model.Builder version(String name, long version) {
            return Model.newBuilder()
                    .setName(name)
                    .setVersion(version)
                    .setState(ModelState.MODEL_STATE_COVERED)
                    .setServed(ServedRequests.newBuilder().setRequests(4321));
        }

        /** Two pages of one version each. */
        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
            ask(request);
            boolean first = request.getPageToken().isEmpty();
            responses.onNext(ListModelsResponse.newBuilder()
                    .addModels(version("m", first ? 1 : 2))
                    .setNextPageToken(first ? "next" : "")
                    .build());
            responses.onCompleted();
        }

        @Override
        public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> responses) {
            ask(request);
            responses.onNext(GetModelResponse.newBuilder()
                    .setModel(version("m", 2)
                            .setShadowPercent(5)
                            .setShadowComparison(ShadowComparison.newBuilder()
                                    .setActiveVersion(1)
                                    .setFlips(17)
                                    .setMaxDifference(0.25)))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void setModelAlias(SetModelAliasRequest request, StreamObserver<SetModelAliasResponse> responses) {
            ask(request);
            responses.onNext(SetModelAliasResponse.newBuilder()
                    .setModel(version(request.getName(), request.getVersion()).addAliases(request.getAlias()))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void deleteModelAlias(
                DeleteModelAliasRequest request, StreamObserver<DeleteModelAliasResponse> responses) {
            ask(request);
            responses.onNext(DeleteModelAliasResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void setCanary(SetCanaryRequest request, StreamObserver<SetCanaryResponse> responses) {
            ask(request);
            responses.onNext(SetCanaryResponse.newBuilder()
                    .setModel(version(request.getName(), request.getVersion()).setCanaryPercent(request.getPercent()))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void stopCanary(StopCanaryRequest request, StreamObserver<StopCanaryResponse> responses) {
            ask(request);
            responses.onNext(StopCanaryResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void setShadow(SetShadowRequest request, StreamObserver<SetShadowResponse> responses) {
            ask(request);
            responses.onNext(SetShadowResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void stopShadow(StopShadowRequest request, StreamObserver<StopShadowResponse> responses) {
            ask(request);
            responses.onNext(StopShadowResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void retireModel(RetireModelRequest request, StreamObserver<RetireModelResponse> responses) {
            ask(request);
            responses.onNext(RetireModelResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void rollbackModel(RollbackModelRequest request, StreamObserver<RollbackModelResponse> responses) {
            ask(request);
            responses.onNext(RollbackModelResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void importModel(ImportModelRequest request, StreamObserver<ImportModelResponse> responses) {
            ask(request);
            responses.onNext(ImportModelResponse.newBuilder()
                    .setModel(version(request.getSpec().getName(), 7))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void exportModel(ExportModelRequest request, StreamObserver<ExportModelResponse> responses) {
            ask(request);
            responses.onNext(ExportModelResponse.newBuilder()
                    .setSpec(ModelSpec.newBuilder().setName("exported").setFeatureDimension(3))
                    .setSafetensors(ByteString.copyFromUtf8("tensors"))
                    .build());
            responses.onCompleted();
        }

        @Override
        public void startTraining(StartTrainingRequest request, StreamObserver<StartTrainingResponse> responses) {
            lastTraining = request;
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
