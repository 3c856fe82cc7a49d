package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.event.v1.DenseFeatures;
import io.anabranch.event.v1.Features;
import io.anabranch.event.v1.GraphEvent;
import io.anabranch.event.v1.NodeDelete;
import io.anabranch.event.v1.Provenance;
import io.anabranch.model.v1.HeadKind;
import io.anabranch.model.v1.HistoryCell;
import io.anabranch.model.v1.ModelProvenance;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.model.v1.TrainingEpoch;
import io.anabranch.processor.v1.ProcessorReport;
import io.anabranch.processor.v1.ProcessorState;
import io.anabranch.processor.v1.Restore;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.v1.AggregatedRows;
import io.anabranch.v1.Aggregation;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.AuditServiceGrpc;
import io.anabranch.v1.CandidateFilter;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.EdgeDirection;
import io.anabranch.v1.EventPosition;
import io.anabranch.v1.ExactReason;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.GetNodeRequest;
import io.anabranch.v1.GetPredictionHistoryRequest;
import io.anabranch.v1.GetPredictionHistoryResponse;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetTrainingRequest;
import io.anabranch.v1.GraphServiceGrpc;
import io.anabranch.v1.HistoryOptions;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.ListEdgesRequest;
import io.anabranch.v1.ListEdgesResponse;
import io.anabranch.v1.ListTrainingsRequest;
import io.anabranch.v1.MapEmbeddingsRequest;
import io.anabranch.v1.MapEmbeddingsResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.Node;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PredictionState;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.anabranch.v1.QueryVector;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.SimilarNode;
import io.anabranch.v1.SimilarityMetric;
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StatusServiceGrpc;
import io.anabranch.v1.TrainingJob;
import io.anabranch.v1.TrainingOptions;
import io.anabranch.v1.TrainingState;
import io.anabranch.v1.UnseenInEdge;
import io.anabranch.v1.UnseenNode;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class GrpcServicesTest {

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        links.pending(List.of());
        links.graphBehind(false);
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private static ModelSelector model(String name) {
        return ModelSelector.newBuilder().setName(name).build();
    }

    /** A model of its own for each test, covered and active. */
    private long serve(String name) throws InterruptedException {
        long version = importModel(name, TestModels.FEATURES).getVersion();
        links.vertex(version, "a", 2, 0);
        links.cover(version);
        await(() -> server.registry().catalog().alias(name).getActiveVersion() == version);
        return version;
    }

    private Model importModel(String name, int features) {
        ModelSnapshot snapshot = TestModels.imported(name);
        return ModelServiceGrpc.newBlockingStub(channel)
                .importModel(ImportModelRequest.newBuilder()
                        .setSpec(snapshot.getSpec().toBuilder().setFeatureDimension(features))
                        .setSafetensors(com.google.protobuf.ByteString.copyFrom(
                                io.anabranch.learn.model.ModelImport.export(snapshot)))
                        .build())
                .getModel();
    }

    private interface Check {
        boolean holds();
    }

    private static void await(Check check) throws InterruptedException {
        for (int i = 0; i < 1000 && !check.holds(); i++) {
            Thread.sleep(10);
        }
        assertThat(check.holds()).isTrue();
    }

    private static StatusRuntimeException failure(ThrowingCallable call) {
        StatusRuntimeException[] caught = new StatusRuntimeException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> caught[0] = e);
        return caught[0];
    }

    private static <T extends Message> List<T> details(Throwable e, Class<T> type) throws Exception {
        List<T> found = new ArrayList<>();
        for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
            if (detail.is(type)) {
                found.add(detail.unpack(type));
            }
        }
        return found;
    }

    @Test
    void classifiesOverTheWire() throws Exception {
        long version = serve("classify");
        ClassifyResponse response = PredictionServiceGrpc.newBlockingStub(channel)
                .classify(ClassifyRequest.newBuilder()
                        .setModel(model("classify"))
                        .addNodeIds("a")
                        .build());
        assertThat(response.getModelVersion()).isEqualTo(version);
        assertThat(response.getClassifications(0).getClassNamesList()).containsExactly("a");
        assertThat(response.getClassifications(0).getFreshness().getEventTimeMs())
                .isEqualTo(77);
    }

    @Test
    void findsSimilarNodesOverTheWire() throws Exception {
        long version = serve("similar");
        links.vertex(version, "b", 4, 1);
        links.vertex(version, "c", 0, 1);
        links.edge("b", "a");
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        FindSimilarRequest request = FindSimilarRequest.newBuilder()
                .setModel(model("similar"))
                .setNodeId("a")
                .setK(5)
                .build();
        FindSimilarResponse response = predictions.findSimilar(request);
        assertThat(response.getModelVersion()).isEqualTo(version);
        assertThat(response.getMetric()).isEqualTo(SimilarityMetric.SIMILARITY_METRIC_COSINE);
        assertThat(response.getExact()).isTrue();
        assertThat(response.getExactBecause()).isEqualTo(ExactReason.EXACT_REASON_FEW_EMBEDDINGS);
        assertThat(response.getCompared()).isEqualTo(3);
        assertThat(response.getNodesList()).extracting(SimilarNode::getNodeId).containsExactly("b", "c");
        assertThat(response.getNodes(0).getScore()).isEqualTo(8 / (2 * Math.sqrt(17)));
        assertThat(response.getNodes(0).getFreshness().getEventTimeMs()).isEqualTo(77);
        assertThat(predictions
                        .findSimilar(request.toBuilder()
                                .setFilter(CandidateFilter.newBuilder().setExcludeLinked(true))
                                .build())
                        .getNodesList())
                .extracting(SimilarNode::getNodeId)
                .containsExactly("c");
        FindSimilarResponse near = predictions.findSimilar(request.toBuilder()
                .setVector(QueryVector.newBuilder().addValues(0).addValues(3))
                .setMetric(SimilarityMetric.SIMILARITY_METRIC_EUCLIDEAN)
                .setK(1)
                .build());
        assertThat(near.getNodesList()).singleElement().satisfies(node -> {
            assertThat(node.getNodeId()).isEqualTo("c");
            assertThat(node.getScore()).isEqualTo(2);
        });

        StatusRuntimeException wrongK = failure(
                () -> predictions.findSimilar(request.toBuilder().setK(0).build()));
        assertThat(wrongK.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(details(wrongK, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("k");
        StatusRuntimeException wrongWidth = failure(() -> predictions.findSimilar(request.toBuilder()
                .setVector(QueryVector.newBuilder().addValues(1))
                .build()));
        assertThat(details(wrongWidth, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("vector.values");
        StatusRuntimeException unknown = failure(
                () -> predictions.findSimilar(request.toBuilder().setNodeId("x").build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(unknown, ResourceInfo.class))
                .extracting(ResourceInfo::getResourceName)
                .containsExactly("x");
        StatusRuntimeException beyond = failure(() -> predictions.findSimilar(request.toBuilder()
                .addMinPositions(io.anabranch.v1.EventPosition.newBuilder().setOffset(50_000))
                .build()));
        assertThat(beyond.getStatus().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
        long filling = importModel("similar-filling", TestModels.FEATURES).getVersion();
        StatusRuntimeException uncovered = failure(() -> predictions.findSimilar(request.toBuilder()
                .setModel(ModelSelector.newBuilder().setVersion(filling))
                .build()));
        assertThat(uncovered.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(details(uncovered, ErrorInfo.class).getFirst().getReason()).isEqualTo("VERSION_NOT_COVERED");
    }

    @Test
    void ranksLinksOverTheWire() throws Exception {
        ModelSnapshot snapshot = TestModels.model("rank", "imported", TestModels.head("link", HeadKind.HEAD_KIND_LINK))
                .build();
        long version = server.publisher().publish(snapshot).version();
        links.vertex(version, "a", 1, 0);
        links.vertex(version, "b", 2, 0);
        links.vertex(version, "c", -1, 1);
        links.cover(version);
        await(() -> server.registry().catalog().alias("rank").getActiveVersion() == version);
        links.edge("a", "b");
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        RankLinksRequest request = RankLinksRequest.newBuilder()
                .setModel(model("rank"))
                .setSource("a")
                .setK(10)
                .build();
        RankLinksResponse ranked = predictions.rankLinks(request);
        assertThat(ranked.getTask()).isEqualTo("link");
        assertThat(ranked.getScored()).isEqualTo(3);
        assertThat(ranked.getScoresList())
                .isEqualTo(predictions
                        .scoreLinks(ScoreLinksRequest.newBuilder()
                                .setModel(model("rank"))
                                .addPairs(NodePair.newBuilder().setSource("a").setTarget("b"))
                                .addPairs(NodePair.newBuilder().setSource("a").setTarget("c"))
                                .build())
                        .getScoresList());
        assertThat(predictions
                        .rankLinks(request.toBuilder()
                                .setFilter(CandidateFilter.newBuilder().setExcludeLinked(true))
                                .build())
                        .getScoresList())
                .extracting(LinkScore::getTarget)
                .containsExactly("c");
        StatusRuntimeException unknown = failure(() ->
                predictions.rankLinks(request.toBuilder().addCandidates("x").build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(unknown, ResourceInfo.class))
                .extracting(ResourceInfo::getResourceName)
                .containsExactly("x");
    }

    @Test
    void explainsOverTheWire() throws Exception {
        long version = serve("explain");
        links.node("mover", "b", 0, 4, 0);
        links.node("moved", "a", 1, 0, 0);
        links.edge("mover", "moved", Provenance.PROVENANCE_LEARNED, 5_000);
        float came = (float) (4 / Math.sqrt(2));
        links.vertex(version, "moved", 0.5f, came);
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        ExplainRequest request = ExplainRequest.newBuilder()
                .setModel(model("explain"))
                .setNodeId("moved")
                .setLeaveOneOut(1)
                .build();
        ExplainResponse response = predictions.explain(request);
        assertThat(response.getModelVersion()).isEqualTo(version);
        assertThat(response.getClassName()).isEqualTo("b");
        assertThat(response.getMatchesServed()).isTrue();
        assertThat(response.getServed().getValue()).isEqualTo(came);
        assertThat(response.getFreshness().getEventTimeMs()).isEqualTo(77);
        assertThat(response.getEdgesList()).singleElement().satisfies(edge -> {
            assertThat(edge.getSource()).isEqualTo("mover");
            assertThat(edge.getTarget()).isEqualTo("moved");
            assertThat(edge.getProvenance()).isEqualTo(Provenance.PROVENANCE_LEARNED);
            assertThat(edge.getContribution()).isCloseTo(came, within(1e-6));
            assertThat(edge.getContributionsList()).containsExactly(edge.getContribution());
            // Alone it is (1, 0), undivided.
            assertThat(edge.getWithout().getValue()).isZero();
            assertThat(edge.getWithout().getProbability()).isCloseTo(1 / (1 + Math.E), within(1e-9));
        });
        assertThat(response.getHopsList()).singleElement().satisfies(hop -> {
            assertThat(hop.getEdges()).isCloseTo(came, within(1e-6));
            assertThat(hop.getOwn()).isZero();
            assertThat(hop.getMessages()).isOne();
        });
        assertThat(response.getNodes(0).getNodeId()).isEqualTo("mover");
        assertThat(response.getNodes(0).getFeaturesList()).singleElement().satisfies(feature -> {
            assertThat(feature.getColumn()).isOne();
            assertThat(feature.getValue()).isEqualTo(4);
        });
        assertThat(response.getChangesList())
                .singleElement()
                .satisfies(change -> assertThat(change.getEdge().getSource()).isEqualTo("mover"));

        ExplainResponse other = predictions.explain(request.toBuilder()
                .setClassName("a")
                .setAgainstClassName("b")
                .addMinPositions(EventPosition.newBuilder().setOffset(0))
                .clearLeaveOneOut()
                .build());
        assertThat(other.getRecomputed().getValue()).isCloseTo(0.5 - came, within(1e-6));
        assertThat(other.getEdges(0).hasWithout()).isFalse();

        StatusRuntimeException unknown = failure(() ->
                predictions.explain(request.toBuilder().setNodeId("nobody").build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(unknown, ResourceInfo.class))
                .extracting(ResourceInfo::getResourceName)
                .containsExactly("nobody");
        StatusRuntimeException nothing = failure(
                () -> predictions.explain(request.toBuilder().clearSubject().build()));
        assertThat(nothing.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        StatusRuntimeException many = failure(
                () -> predictions.explain(request.toBuilder().setMaxEdges(1_001).build()));
        assertThat(details(many, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("max_edges");
        StatusRuntimeException pair = failure(() -> predictions.explain(request.toBuilder()
                .setPair(NodePair.newBuilder().setSource("moved").setTarget("mover"))
                .build()));
        assertThat(pair.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(pair, ErrorInfo.class).getFirst().getReason()).isEqualTo("TASK_NOT_FOUND");
    }

    private static ExplainRequest explainAfter(String name, long offset) {
        return ExplainRequest.newBuilder()
                .setModel(model(name))
                .setNodeId("a")
                .addMinPositions(EventPosition.newBuilder().setOffset(offset))
                .build();
    }

    @Test
    void anExplanationWaitsForTheEventsThatItAsksFor() throws Exception {
        serve("explain-fresh");
        links.node("a", "b", 2, 0, 0);
        links.progress(20);
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        assertThat(predictions.explain(explainAfter("explain-fresh", 19)).getReflectedList())
                .containsExactly(EventPosition.newBuilder().setOffset(19).build());

        var later = PredictionServiceGrpc.newFutureStub(channel).explain(explainAfter("explain-fresh", 20));
        assertThatThrownBy(() -> later.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        links.graphBehind(true);
        links.progress(21);
        assertThatThrownBy(() -> later.get(300, TimeUnit.MILLISECONDS))
                .as("the replica is behind the embeddings")
                .isInstanceOf(TimeoutException.class);
        links.graphBehind(false);
        assertThat(later.get(5, TimeUnit.SECONDS).getReflectedList())
                .containsExactly(EventPosition.newBuilder().setOffset(20).build());
        StatusRuntimeException beyond = failure(() -> predictions.explain(explainAfter("explain-fresh", 1_000)));
        assertThat(beyond.getStatus().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
    }

    @Test
    void explanationsThatNobodyWaitsForHoldUpNoOther() throws Exception {
        serve("explain-cancelled");
        links.node("a", "b", 2, 0, 0);
        links.progress(30);
        ExplainRequest unwaited = explainAfter("explain-cancelled", 29).toBuilder()
                .clearMinPositions()
                .build();
        var futures = PredictionServiceGrpc.newFutureStub(channel);
        links.graphBehind(true);
        // As many as there are threads, and more that are queued behind them.
        List<ListenableFuture<ExplainResponse>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            waiting.add(futures.explain(explainAfter("explain-cancelled", 29)));
        }
        var behind = futures.explain(unwaited);
        assertThatThrownBy(() -> behind.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        waiting.forEach(call -> call.cancel(true));
        assertThat(behind.get(10, TimeUnit.SECONDS).getModelVersion()).isPositive();
    }

    @Test
    void problemsCarryGoogleRpcDetails() throws Exception {
        serve("details");
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        StatusRuntimeException unknown = failure(() -> predictions.getEmbeddings(GetEmbeddingsRequest.newBuilder()
                .setModel(model("details"))
                .addNodeIds("a")
                .addNodeIds("x")
                .addNodeIds("y")
                .build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(unknown, ResourceInfo.class))
                .extracting(ResourceInfo::getResourceName)
                .containsExactly("x", "y");
        assertThat(details(unknown, ErrorInfo.class)).singleElement().satisfies(info -> {
            assertThat(info.getReason()).isEqualTo("NODE_NOT_FOUND");
            assertThat(info.getDomain()).isEqualTo("anabranch.io");
        });

        GetEmbeddingsRequest.Builder many = GetEmbeddingsRequest.newBuilder().setModel(model("details"));
        for (int i = 0; i < 1000; i++) {
            many.addNodeIds(i + "x".repeat(240));
        }
        StatusRuntimeException lots = failure(() -> predictions.getEmbeddings(many.build()));
        assertThat(lots.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(details(lots, ResourceInfo.class)).isNotEmpty();

        StatusRuntimeException batch = failure(
                () -> predictions.getEmbeddings(many.addNodeIds("one too many").build()));
        assertThat(batch.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(details(batch, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("node_ids");

        StatusRuntimeException noModel = failure(() -> predictions.classify(ClassifyRequest.newBuilder()
                .setModel(model("nobody"))
                .addNodeIds("a")
                .build()));
        assertThat(noModel.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);

        StatusRuntimeException nothingBefore = failure(() -> ModelServiceGrpc.newBlockingStub(channel)
                .rollbackModel(
                        RollbackModelRequest.newBuilder().setName("details").build()));
        assertThat(nothingBefore.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(details(nothingBefore, ErrorInfo.class).getFirst().getReason())
                .isEqualTo("NOTHING_TO_ROLL_BACK_TO");

        StatusRuntimeException noName = failure(() ->
                ModelServiceGrpc.newBlockingStub(channel).rollbackModel(RollbackModelRequest.getDefaultInstance()));
        assertThat(details(noName, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("name");
    }

    @Test
    void untilTheFeedsHaveCaughtUpCallsAreUnavailableAndHealthSaysSo() throws Exception {
        serve("unready");
        var health = HealthGrpc.newBlockingStub(channel);
        var ask = HealthCheckRequest.getDefaultInstance();
        await(() -> health.check(ask).getStatus() == ServingStatus.SERVING);
        links.pending(List.of("topic t is still to be read"));
        StatusRuntimeException unready = failure(() -> PredictionServiceGrpc.newBlockingStub(channel)
                .classify(ClassifyRequest.newBuilder()
                        .setModel(model("unready"))
                        .addNodeIds("a")
                        .build()));
        assertThat(unready.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(details(unready, RetryInfo.class)).hasSize(1);
        await(() -> health.check(ask).getStatus() == ServingStatus.NOT_SERVING);
        assertThat(health.check(HealthCheckRequest.newBuilder()
                                .setService("anabranch.v1.IngestService")
                                .build())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
        var status = StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getReady()).isFalse();
        assertThat(status.getPendingList()).containsExactly("topic t is still to be read");
        links.pending(List.of());
        await(() -> health.check(ask).getStatus() == ServingStatus.SERVING);
    }

    @Test
    void theStatusTellsOfTheStreamProcessorsAndOfWhereEdgesComeFrom() throws Exception {
        ProcessorReport report = ProcessorReport.newBuilder()
                .setInstanceId("pod-1")
                .setState(ProcessorState.PROCESSOR_STATE_RESTORING)
                .addRestoring(
                        Restore.newBuilder().setPartition(2).setRestored(5).setTotal(9))
                .build();
        links.processor(report);
        var before = StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
        links.edge("observed-source", "observed-target");
        links.edge("learned-source", "learned-target", Provenance.PROVENANCE_LEARNED, 7);
        var status = StatusServiceGrpc.newBlockingStub(channel).getStatus(GetStatusRequest.getDefaultInstance());
        assertThat(status.getProcessorsList()).containsExactly(report);
        assertThat(status.getEdges() - before.getEdges()).isEqualTo(2);
        assertThat(status.getObservedEdges() - before.getObservedEdges()).isEqualTo(1);
        assertThat(status.getLearnedEdges() - before.getLearnedEdges()).isEqualTo(1);
    }

    private static GetEmbeddingsRequest after(String name, long offset) {
        return GetEmbeddingsRequest.newBuilder()
                .setModel(model(name))
                .addNodeIds("a")
                .addMinPositions(EventPosition.newBuilder().setOffset(offset))
                .build();
    }

    @Test
    void aReadWaitsForTheEventsThatItAsksFor() throws Exception {
        serve("fresh");
        links.progress(10);
        PredictionServiceGrpc.PredictionServiceBlockingStub predictions =
                PredictionServiceGrpc.newBlockingStub(channel);
        GetEmbeddingsResponse there = predictions.getEmbeddings(after("fresh", 9));
        assertThat(there.getReflectedList())
                .containsExactly(EventPosition.newBuilder().setOffset(9).build());

        var later = PredictionServiceGrpc.newFutureStub(channel).getEmbeddings(after("fresh", 10));
        assertThatThrownBy(() -> later.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(predictions.getEmbeddings(after("fresh", 9)).getEmbeddingsCount())
                .as("others are not held up")
                .isOne();
        links.progress(11);
        assertThat(later.get(5, TimeUnit.SECONDS).getReflectedList())
                .containsExactly(EventPosition.newBuilder().setOffset(10).build());
    }

    @Test
    void aReadThatIsNotServedInTimeSaysHowFarThingsAre() throws Exception {
        serve("late");
        links.progress(10);
        PredictionServiceGrpc.PredictionServiceBlockingStub predictions =
                PredictionServiceGrpc.newBlockingStub(channel);
        StatusRuntimeException late =
                failure(() -> predictions.withDeadlineAfter(1, TimeUnit.SECONDS).getEmbeddings(after("late", 20)));
        assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        ErrorInfo info = details(late, ErrorInfo.class).getFirst();
        assertThat(info.getReason()).isEqualTo("NOT_REACHED_IN_TIME");
        assertThat(info.getMetadataMap()).containsEntry("asked", "0:20").containsEntry("reflected", "0:9");

        StatusRuntimeException beyond = failure(() -> predictions.getEmbeddings(after("late", 1_000)));
        assertThat(beyond.getStatus().getCode()).isEqualTo(Status.Code.OUT_OF_RANGE);
        StatusRuntimeException wrong = failure(() -> predictions.getEmbeddings(after("late", 1).toBuilder()
                .addMinPositions(EventPosition.newBuilder().setPartition(9))
                .build()));
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(details(wrong, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("min_positions[1].partition");
    }

    @Test
    void aNodeThatIsNotStoredIsClassifiedByItsFeaturesAndEdges() throws Exception {
        serve("inductive");
        links.node("seen", "b", 0, 4, 0);
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        UnseenNode alone = UnseenNode.newBuilder()
                .setId("alone")
                .setFeatures(Features.newBuilder()
                        .setDense(DenseFeatures.newBuilder()
                                .addValues(1)
                                .addValues(0)
                                .addValues(0)))
                .build();
        UnseenNode linked = alone.toBuilder()
                .setId("linked")
                .addInEdges(UnseenInEdge.newBuilder().setSource("seen"))
                .build();
        ClassifyRequest.Builder request = ClassifyRequest.newBuilder()
                .setModel(model("inductive"))
                .addNodeIds("a")
                .addUnseenNodes(alone)
                .addUnseenNodes(linked);
        ClassifyResponse response = predictions.classify(request.build());
        // (1, 0) alone; with the edge (1/2, 4 / root of 2).
        assertThat(response.getClassificationsList())
                .extracting(node -> node.getNodeId() + " " + node.getClassNames(0) + " " + node.getUnseen())
                .containsExactly("a a false", "alone a true", "linked b true");
        assertThat(response.getClassifications(1).hasFreshness()).isFalse();
        assertThat(response.getClassifications(1).getScores(0).getProbability())
                .isCloseTo((float) (1 / (1 + Math.exp(-1))), within(1e-6f));
        StatusRuntimeException again = failure(() -> predictions.classify(ClassifyRequest.newBuilder()
                .setModel(model("inductive"))
                .addNodeIds("linked")
                .build()));
        assertThat(again.getStatus().getCode()).as("it was not stored").isEqualTo(Status.Code.NOT_FOUND);

        StatusRuntimeException wrong = failure(() -> predictions.classify(request.clone()
                .addUnseenNodes(alone.toBuilder()
                        .setId("short")
                        .setFeatures(Features.newBuilder()
                                .setDense(DenseFeatures.newBuilder().addValues(1))))
                .build()));
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(details(wrong, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("unseen_nodes[2].features.dense.values");
        StatusRuntimeException stored = failure(() -> predictions.classify(
                request.clone().addUnseenNodes(alone.toBuilder().setId("seen")).build()));
        assertThat(stored.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(details(stored, ErrorInfo.class).getFirst().getReason()).isEqualTo("NODE_EXISTS");
    }

    @Test
    void anAuditComparesWithTheReplica() throws Exception {
        serve("audited");
        links.progress(1_000);
        AuditServiceGrpc.AuditServiceBlockingStub audits = AuditServiceGrpc.newBlockingStub(channel);
        AuditResponse report = audits.audit(AuditRequest.newBuilder()
                .setModel(model("audited"))
                .addNodeIds("nobody")
                .build());
        assertThat(report.getAudited()).isOne();
        assertThat(report.getWrong()).isZero();
        AuditResponse phantom = audits.audit(AuditRequest.newBuilder()
                .setModel(model("audited"))
                .addNodeIds("a")
                .build());
        assertThat(phantom.getWrong()).as("served, but not in the graph").isOne();
        assertThat(phantom.getWorst(0).getStoredList()).containsExactly(2f, 0f);
        assertThat(phantom.getReflectedList())
                .containsExactly(EventPosition.newBuilder().setOffset(999).build());
    }

    @Test
    void embeddingsAreMappedAndTheirHistoryIsTold() throws Exception {
        long version = serve("mapped");
        links.vertex(version, "b", 0, 4);
        links.vertex(version, "c", 1, 1);
        links.vertex(version, "c", 1, 3);
        var predictions = PredictionServiceGrpc.newBlockingStub(channel);
        MapEmbeddingsResponse map = predictions.mapEmbeddings(
                MapEmbeddingsRequest.newBuilder().setModel(model("mapped")).build());
        assertThat(map.getModelVersion()).isEqualTo(version);
        assertThat(map.getClassNamesList()).containsExactly("a", "b");
        assertThat(map.getNodeIdsList()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(map.getXCount()).isEqualTo(3);
        assertThat(map.getYCount()).isEqualTo(3);
        assertThat(map.getPartitionCount()).isEqualTo(3);
        assertThat(map.getAgeSCount()).isEqualTo(3);
        assertThat(map.getClassIndex(map.getNodeIdsList().indexOf("a"))).isZero();
        assertThat(map.getClassIndex(map.getNodeIdsList().indexOf("b"))).isEqualTo(1);
        assertThat(map.getVertices()).isEqualTo(3);
        assertThat(map.getAxesRevision()).isPositive();
        StatusRuntimeException tooMany = failure(() -> predictions.mapEmbeddings(
                MapEmbeddingsRequest.newBuilder().setMaxNodes(-1).build()));
        assertThat(details(tooMany, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("max_nodes");

        GetPredictionHistoryRequest request = GetPredictionHistoryRequest.newBuilder()
                .setModel(model("mapped"))
                .setNodeId("c")
                .build();
        GetPredictionHistoryResponse history = predictions.getPredictionHistory(request);
        assertThat(history.getTask()).isEqualTo("class");
        assertThat(history.getStatesList())
                .extracting(PredictionState::hasClassification)
                .containsExactly(false, true, true);
        assertThat(history.getStates(2).getClassification().getClassNamesList()).containsExactly("b");
        assertThat(history.getStates(0).getTimeMs()).isZero();
        assertThat(history.getStates(2).getTimeMs()).isGreaterThanOrEqualTo(history.getCompleteSinceMs());
        StatusRuntimeException unknown = failure(() -> predictions.getPredictionHistory(
                request.toBuilder().setNodeId("nobody").build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    @Test
    void theGraphIsThereToRead() {
        links.node("read", "a", 1, 2, 3);
        links.edge("reader", "read", Provenance.PROVENANCE_LEARNED, 5);
        links.edge("viewer", "read");
        var graph = GraphServiceGrpc.newBlockingStub(channel);
        Node node = graph.getNode(GetNodeRequest.newBuilder().setNodeId("read").build())
                .getNode();
        assertThat(node.getInEdges()).isEqualTo(2);
        assertThat(node.getFeatures().getDense().getValuesList()).containsExactly(1f, 2f, 3f);
        assertThat(node.getLabels(0).getClassName()).isEqualTo("a");
        ListEdgesRequest.Builder request = ListEdgesRequest.newBuilder()
                .setNodeId("read")
                .setDirection(EdgeDirection.EDGE_DIRECTION_IN)
                .setPageSize(1);
        ListEdgesResponse first = graph.listEdges(request.build());
        assertThat(first.getEdgesList()).singleElement().satisfies(edge -> {
            assertThat(edge.getSource()).isEqualTo("reader");
            assertThat(edge.getProvenance()).isEqualTo(Provenance.PROVENANCE_LEARNED);
            assertThat(edge.getEventTimeMs()).isEqualTo(5);
            assertThat(edge.hasExpiresMs()).isFalse();
        });
        ListEdgesResponse second =
                graph.listEdges(request.setPageToken(first.getNextPageToken()).build());
        assertThat(second.getEdges(0).getSource()).isEqualTo("viewer");
        assertThat(second.getNextPageToken()).isEmpty();
        StatusRuntimeException unknown = failure(() ->
                graph.getNode(GetNodeRequest.newBuilder().setNodeId("nobody").build()));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        links.pending(List.of("topic g is still to be read"));
        assertThat(failure(() -> graph.listEdges(request.build())).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void reflectionNamesEveryService() throws Exception {
        BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
        StreamObserver<ServerReflectionRequest> asking = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new Recorder<>(answers, new LinkedBlockingQueue<>()));
        asking.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        ServerReflectionResponse services = answers.poll(10, TimeUnit.SECONDS);
        assertThat(services).isNotNull();
        assertThat(services.getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(
                        "anabranch.v1.GraphService",
                        "anabranch.v1.IngestService",
                        "anabranch.v1.PredictionService",
                        "anabranch.v1.ModelService",
                        "anabranch.v1.StatusService",
                        "inference.GRPCInferenceService",
                        "grpc.health.v1.Health");
        asking.onNext(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("anabranch.v1.PredictionService")
                .build());
        ServerReflectionResponse files = answers.poll(10, TimeUnit.SECONDS);
        assertThat(files).isNotNull();
        assertThat(files.getFileDescriptorResponse().getFileDescriptorProtoCount())
                .isPositive();
        asking.onCompleted();
    }

    /** Keeps what a stream brings; the end is a status, OK or not. */
    private record Recorder<T>(BlockingQueue<T> values, BlockingQueue<Status> end) implements StreamObserver<T> {
        @Override
        public void onNext(T value) {
            values.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            end.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.add(Status.OK);
        }
    }

    private static PublishRequest event(String eventId, String nodeId) {
        return PublishRequest.newBuilder()
                .setEvent(GraphEvent.newBuilder()
                        .setEventId(eventId)
                        .setNodeDelete(NodeDelete.newBuilder().setId(nodeId)))
                .build();
    }

    @Test
    void eventsAreAcknowledgedInOrder() throws Exception {
        Recorder<PublishResponse> acks = new Recorder<>(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        StreamObserver<PublishRequest> events =
                IngestServiceGrpc.newStub(channel).publish(acks);
        int count = 5000;
        for (int i = 0; i < count; i++) {
            events.onNext(event("e" + i, "n"));
        }
        events.onCompleted();
        assertThat(acks.end().poll(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        List<PublishResponse> all = new ArrayList<>(acks.values());
        assertThat(all).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(all.get(i).getEventId()).isEqualTo("e" + i);
        }
        assertThat(all.getFirst().getPartition()).isEqualTo(3);
    }

    @Test
    void aWrongEventEndsTheStreamAfterTheEarlierAcknowledgements() throws Exception {
        Recorder<PublishResponse> acks = new Recorder<>(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        links.hold();
        StreamObserver<PublishRequest> events =
                IngestServiceGrpc.newStub(channel).publish(acks);
        events.onNext(event("good-1", "n"));
        events.onNext(event("good-2", "n"));
        events.onNext(event("bad", ""));
        events.onNext(event("never", "n"));
        await(() -> links.published().stream().anyMatch(e -> e.getEventId().equals("good-2")));
        Thread.sleep(100);
        assertThat(acks.end()).isEmpty();
        links.release();
        Status end = acks.end().poll(10, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("event.node_delete.id");
        assertThat(acks.values()).extracting(PublishResponse::getEventId).containsExactly("good-1", "good-2");
        assertThat(links.published()).noneMatch(e -> e.getEventId().equals("never"));
    }

    @Test
    void onlyAWindowOfEventsIsUnderWay() throws Exception {
        Recorder<PublishResponse> acks = new Recorder<>(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        int before = links.published().size();
        links.hold();
        StreamObserver<PublishRequest> events =
                IngestServiceGrpc.newStub(channel).publish(acks);
        for (int i = 0; i < 3 * PublishStream.WINDOW; i++) {
            events.onNext(event("w" + i, "n"));
        }
        events.onCompleted();
        await(() -> links.published().size() - before == PublishStream.WINDOW);
        Thread.sleep(200);
        assertThat(links.published().size() - before).isEqualTo(PublishStream.WINDOW);
        links.release();
        assertThat(acks.end().poll(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        assertThat(acks.values()).hasSize(3 * PublishStream.WINDOW);
    }

    @Test
    void weightsComeInAndGoOutAsSafetensors() throws Exception {
        long version = serve("weights");
        var models = ModelServiceGrpc.newBlockingStub(channel);
        ExportModelResponse exported = models.exportModel(
                ExportModelRequest.newBuilder().setModel(model("weights")).build());
        assertThat(exported.getSpec()).isEqualTo(TestModels.imported("weights").getSpec());
        Model again = models.importModel(ImportModelRequest.newBuilder()
                        .setSpec(exported.getSpec())
                        .setSafetensors(exported.getSafetensors())
                        .build())
                .getModel();
        assertThat(again.getVersion()).isGreaterThan(version);
        assertThat(again.getState()).isEqualTo(ModelState.MODEL_STATE_FILLING);
        assertThat(again.getProvenance().getOrigin()).isEqualTo("imported");

        StatusRuntimeException wrong = failure(() -> importModel("weights", 4));
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(details(wrong, BadRequest.class)
                        .getFirst()
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("spec.feature_dimension");
        StatusRuntimeException noFile = failure(() -> models.importModel(ImportModelRequest.newBuilder()
                .setSpec(exported.getSpec())
                .setSafetensors(com.google.protobuf.ByteString.copyFromUtf8("no such file"))
                .build()));
        assertThat(noFile.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private TrainingJob last(Iterator<WatchTrainingResponse> watch, TrainingState wanted) {
        TrainingJob job = TrainingJob.getDefaultInstance();
        while (watch.hasNext()) {
            job = watch.next().getJob();
            if (job.getState() == wanted) {
                return job;
            }
        }
        assertThat(job.getState()).as(job.toString()).isEqualTo(wanted);
        return job;
    }

    @Test
    void aTrainingOnTheLiveGraphBecomesAServedModel() throws Exception {
        for (int i = 0; i < 60; i++) {
            boolean even = i % 2 == 0;
            links.node("t" + i, even ? "even" : "odd", even ? 1 : 0, even ? 0 : 1, 0.1f * (i % 7));
            links.edge("t" + i, "t" + (i + 2) % 60);
        }
        var models = ModelServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
        StatusRuntimeException wrong = failure(() -> models.startTraining(StartTrainingRequest.newBuilder()
                .setOptions(TrainingOptions.newBuilder().setLayers(99))
                .build()));
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);

        StatusRuntimeException unknownSums = failure(() -> models.startTraining(StartTrainingRequest.newBuilder()
                .setOptions(TrainingOptions.newBuilder().setAggregationValue(77))
                .build()));
        assertThat(unknownSums.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);

        StatusRuntimeException noHistories = failure(() -> models.startTraining(StartTrainingRequest.newBuilder()
                .setOptions(TrainingOptions.newBuilder()
                        .setHistory(HistoryOptions.newBuilder().setCell(HistoryCell.HISTORY_CELL_REVERSIBLE_GRU)))
                .build()));
        assertThat(noHistories.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(noHistories.getStatus().getDescription()).contains("anabranch.graph.histories");

        String failing = models.startTraining(StartTrainingRequest.newBuilder()
                        .setModelName("trained")
                        .setTask("no such task")
                        .build())
                .getJob()
                .getJobId();
        TrainingJob failed = last(
                models.watchTraining(
                        WatchTrainingRequest.newBuilder().setJobId(failing).build()),
                TrainingState.TRAINING_STATE_FAILED);
        assertThat(failed.getError()).contains("no such task");

        String id = models.startTraining(StartTrainingRequest.newBuilder()
                        .setModelName("trained")
                        .setOptions(TrainingOptions.newBuilder()
                                .setMaxEpochs(30)
                                .setAggregation(Aggregation.AGGREGATION_SHARED)
                                .setHiddenWidth(8)
                                .setDropout(0))
                        .build())
                .getJob()
                .getJobId();
        Iterator<WatchTrainingResponse> watch = models.watchTraining(
                WatchTrainingRequest.newBuilder().setJobId(id).build());
        TrainingJob published = last(watch, TrainingState.TRAINING_STATE_PUBLISHED);
        assertThat(published.getTask()).isEqualTo("class");
        TrainingJob whole = models.getTraining(
                        GetTrainingRequest.newBuilder().setJobId(id).build())
                .getJob();
        assertThat(whole.getCurveList()).hasSize(whole.getEpoch()).allMatch(TrainingEpoch::hasValidationMetric);
        assertThat(models.listTrainings(ListTrainingsRequest.getDefaultInstance())
                        .getJobsList())
                .startsWith(whole)
                .extracting(TrainingJob::getJobId)
                .contains(failing);
        ModelProvenance provenance = models.getModel(io.anabranch.v1.GetModelRequest.newBuilder()
                        .setModel(ModelSelector.newBuilder().setVersion(published.getModelVersion()))
                        .build())
                .getModel()
                .getProvenance();
        assertThat(provenance.getCurveList()).isEqualTo(whole.getCurveList());
        assertThat(provenance.getMetricName()).isEqualTo(whole.getMetricName()).isNotEmpty();
        assertThat(provenance.getNotesList()).isEqualTo(whole.getNotesList()).isNotEmpty();
        assertThat(StatusServiceGrpc.newBlockingStub(channel)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getModelsList())
                .filteredOn(model -> model.getVersion() == published.getModelVersion())
                .singleElement()
                .satisfies(model -> {
                    assertThat(model.getProvenance().getCurveCount()).isZero();
                    assertThat(model.getProvenance().getMetricName()).isEqualTo(whole.getMetricName());
                });
        assertThat(published.getMetricsMap()).containsKeys("test.accuracy", "baseline.test.accuracy", "seconds");
        assertThat(StatusServiceGrpc.newBlockingStub(channel)
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getSharedAggregationsList())
                .singleElement()
                .satisfies(shared -> {
                    assertThat(shared.getRows()).isEqualTo(AggregatedRows.AGGREGATED_ROWS_CLOSED);
                    assertThat(shared.getDirectTransfers()).isGreaterThanOrEqualTo(120);
                    assertThat(shared.getSharedTransfers()).isBetween(1L, shared.getDirectTransfers());
                });
        links.cover(published.getModelVersion());
        last(watch, TrainingState.TRAINING_STATE_SERVING);
        assertThat(watch.hasNext()).isFalse();
        assertThat(models.getModel(io.anabranch.v1.GetModelRequest.newBuilder()
                                .setModel(model("trained"))
                                .build())
                        .getModel()
                        .getState())
                .isEqualTo(ModelState.MODEL_STATE_ACTIVE);

        StatusRuntimeException unknown = failure(() -> models.watchTraining(
                        WatchTrainingRequest.newBuilder().setJobId("nobody").build())
                .hasNext());
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }
}
