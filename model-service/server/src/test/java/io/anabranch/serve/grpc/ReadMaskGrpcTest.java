package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.FieldMask;
import com.google.rpc.BadRequest;
import io.anabranch.embedding.v1.Freshness;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.SimilarNode;
import io.anabranch.v1.UnseenNode;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class ReadMaskGrpcTest {

    private static final ModelSelector MODEL =
            ModelSelector.newBuilder().setName("masked").build();

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;
    private PredictionServiceGrpc.PredictionServiceBlockingStub predictions;
    private ModelServiceGrpc.ModelServiceBlockingStub models;
    private long version;

    @BeforeEach
    void serve() throws InterruptedException {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        predictions = PredictionServiceGrpc.newBlockingStub(channel);
        models = ModelServiceGrpc.newBlockingStub(channel);
        version = server.registry().catalog().alias("masked").getActiveVersion();
        if (version == 0) {
            version = server.publisher().publish(TestModels.everyTask("masked")).version();
            links.vertex(version, "a", 2, 0);
            links.vertex(version, "b", 1, 1);
            links.cover(version);
            for (int i = 0; i < 500 && server.registry().catalog().active("masked") == null; i++) {
                Thread.sleep(10);
            }
        }
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private static FieldMask mask(String... paths) {
        return FieldMask.newBuilder().addAllPaths(List.of(paths)).build();
    }

    @Test
    void onlyWhatIsAskedForOfEachClassificationIsThere() {
        ClassifyRequest request = ClassifyRequest.newBuilder()
                .setModel(MODEL)
                .setTask("class")
                .addNodeIds("a")
                .addNodeIds("b")
                .build();
        ClassifyResponse whole = predictions.classify(request);
        assertThat(whole.getClassifications(0).getScoresCount()).isEqualTo(2);
        assertThat(predictions.classify(
                        request.toBuilder().setReadMask(mask("*")).build()))
                .isEqualTo(whole);

        ClassifyResponse part = predictions.classify(request.toBuilder()
                .setReadMask(mask("node_id", "value", "freshness.event_time_ms"))
                .build());

        assertThat(part.getModelVersion()).isEqualTo(version);
        assertThat(part.getTask()).isEqualTo("class");
        assertThat(part.getClassificationsList())
                .containsExactly(
                        Classification.newBuilder()
                                .setNodeId("a")
                                .setFreshness(Freshness.newBuilder().setEventTimeMs(77))
                                .build(),
                        Classification.newBuilder()
                                .setNodeId("b")
                                .setFreshness(Freshness.newBuilder().setEventTimeMs(77))
                                .build());
        assertThat(predictions
                        .classify(
                                request.toBuilder().setReadMask(mask("scores")).build())
                        .getClassifications(0))
                .isEqualTo(Classification.newBuilder()
                        .addAllScores(whole.getClassifications(0).getScoresList())
                        .build());
    }

    @Test
    void nodesThatAreNotStoredAreMaskedToo() {
        ClassifyResponse part = predictions.classify(ClassifyRequest.newBuilder()
                .setModel(MODEL)
                .setTask("class")
                .addUnseenNodes(UnseenNode.newBuilder().setId("new"))
                .setReadMask(mask("unseen"))
                .build());
        assertThat(part.getClassificationsList())
                .containsExactly(Classification.newBuilder().setUnseen(true).build());
    }

    @Test
    void everyOtherAnswerIsMaskedByItsElement() {
        assertThat(predictions
                        .scoreLinks(ScoreLinksRequest.newBuilder()
                                .setModel(MODEL)
                                .addPairs(NodePair.newBuilder().setSource("a").setTarget("b"))
                                .setReadMask(mask("target"))
                                .build())
                        .getScoresList())
                .containsExactly(LinkScore.newBuilder().setTarget("b").build());
        assertThat(predictions
                        .rankLinks(RankLinksRequest.newBuilder()
                                .setModel(MODEL)
                                .setSource("a")
                                .setK(1)
                                .setReadMask(mask("source"))
                                .build())
                        .getScoresList())
                .containsExactly(LinkScore.newBuilder().setSource("a").build());
        assertThat(predictions
                        .getEmbeddings(GetEmbeddingsRequest.newBuilder()
                                .setModel(MODEL)
                                .addNodeIds("a")
                                .setReadMask(mask("node_id"))
                                .build())
                        .getEmbeddingsList())
                .containsExactly(NodeEmbedding.newBuilder().setNodeId("a").build());
        assertThat(predictions
                        .getEmbeddings(GetEmbeddingsRequest.newBuilder()
                                .setModel(MODEL)
                                .addNodeIds("a")
                                .setReadMask(mask("vector"))
                                .build())
                        .getEmbeddingsList())
                .containsExactly(
                        NodeEmbedding.newBuilder().addVector(2).addVector(0).build());
        assertThat(predictions
                        .findSimilar(FindSimilarRequest.newBuilder()
                                .setModel(MODEL)
                                .setNodeId("a")
                                .setK(1)
                                .setReadMask(mask("node_id"))
                                .build())
                        .getNodesList())
                .containsExactly(SimilarNode.newBuilder().setNodeId("b").build());
        Model part = Model.newBuilder().setName("masked").setVersion(version).build();
        assertThat(models.listModels(ListModelsRequest.newBuilder()
                                .setName("masked")
                                .setReadMask(mask("name", "version"))
                                .build())
                        .getModelsList())
                .containsExactly(part);
        assertThat(models.getModel(GetModelRequest.newBuilder()
                                .setModel(MODEL)
                                .setReadMask(mask("name", "version"))
                                .build())
                        .getModel())
                .isEqualTo(part);
    }

    @Test
    void aPathThatTheElementDoesNotHaveIsRefusedByName() throws Exception {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> predictions.classify(ClassifyRequest.newBuilder()
                        .setModel(MODEL)
                        .addNodeIds("a")
                        .setReadMask(mask("node_id", "classifications", "freshness.age", "scores.class_name", ""))
                        .build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        BadRequest detail = null;
        for (Any each : StatusProto.fromThrowable(refused).getDetailsList()) {
            if (each.is(BadRequest.class)) {
                detail = each.unpack(BadRequest.class);
            }
        }
        assertThat(detail.getFieldViolationsList())
                .extracting(violation -> violation.getField() + ": " + violation.getDescription())
                .containsExactly(
                        "read_mask.paths[1]: Must be a field of Classification (*, node_id, class_names, scores, value,"
                                + " freshness, unseen), but is classifications.",
                        "read_mask.paths[2]: Must be a field of Freshness (freshness.event_time_ms, freshness.accepted_time_ms,"
                                + " freshness.partition, freshness.position, freshness.sent_time_ms), but is freshness.age.",
                        "read_mask.paths[3]: Must not go on behind scores, which is no single message, but is scores.class_name.",
                        "read_mask.paths[4]: Must be a field of Classification (*, node_id, class_names, scores, value,"
                                + " freshness, unseen), but is .");
        for (Runnable call : List.<Runnable>of(
                () -> predictions.scoreLinks(
                        ScoreLinksRequest.newBuilder().setReadMask(mask("x")).build()),
                () -> predictions.rankLinks(
                        RankLinksRequest.newBuilder().setReadMask(mask("x")).build()),
                () -> predictions.getEmbeddings(
                        GetEmbeddingsRequest.newBuilder().setReadMask(mask("x")).build()),
                () -> predictions.findSimilar(
                        FindSimilarRequest.newBuilder().setReadMask(mask("x")).build()),
                () -> models.listModels(
                        ListModelsRequest.newBuilder().setReadMask(mask("x")).build()),
                () -> models.getModel(
                        GetModelRequest.newBuilder().setReadMask(mask("x")).build()))) {
            StatusRuntimeException each = catchThrowableOfType(StatusRuntimeException.class, call::run);
            assertThat(each.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(each.getStatus().getDescription()).startsWith("read_mask.paths[0]: Must be a field of");
        }
    }
}
