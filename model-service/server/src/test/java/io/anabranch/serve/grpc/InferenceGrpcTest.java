package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.ResourceInfo;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.anabranch.inference.GRPCInferenceServiceGrpc;
import io.anabranch.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.anabranch.inference.InferParameter;
import io.anabranch.inference.InferTensorContents;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferRequest.InferInputTensor;
import io.anabranch.inference.ModelInferResponse;
import io.anabranch.inference.ModelMetadataRequest;
import io.anabranch.inference.ModelReadyRequest;
import io.anabranch.inference.ModelStatisticsRequest;
import io.anabranch.inference.RepositoryIndexRequest;
import io.anabranch.inference.RepositoryIndexResponse.ModelIndex;
import io.anabranch.inference.RepositoryModelLoadRequest;
import io.anabranch.inference.RepositoryModelUnloadRequest;
import io.anabranch.inference.ServerLiveRequest;
import io.anabranch.inference.ServerMetadataRequest;
import io.anabranch.inference.ServerReadyRequest;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FreeGrpcPort.class)
@NullUnmarked
class InferenceGrpcTest {

    private static final String MODEL = "inference";

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;
    private GRPCInferenceServiceBlockingStub inference;
    private String version;

    @BeforeEach
    void connect() throws InterruptedException {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        inference = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        long active = server.registry().catalog().alias(MODEL).getActiveVersion();
        if (active == 0) {
            active = server.publisher().publish(TestModels.everyTask(MODEL)).version();
            links.vertex(active, "a", 2, 0);
            links.vertex(active, "b", 0, 3);
            links.cover(active);
            for (int i = 0; i < 500 && server.registry().catalog().active(MODEL) == null; i++) {
                Thread.sleep(10);
            }
        }
        version = Long.toString(active);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        links.pending(List.of());
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private static ModelInferRequest.Builder nodes(String model, String... ids) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (String id : ids) {
            contents.addBytesContents(ByteString.copyFromUtf8(id));
        }
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("node_id")
                        .setDatatype("BYTES")
                        .addShape(ids.length)
                        .setContents(contents));
    }

    private static StatusRuntimeException failure(ThrowingCallable call, Status.Code code) {
        StatusRuntimeException[] caught = new StatusRuntimeException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> caught[0] = e);
        assertThat(caught[0].getStatus().getCode()).isEqualTo(code);
        return caught[0];
    }

    @Test
    void everyCallIsServed() {
        assertThat(inference.serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
                .isTrue();
        assertThat(inference
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(inference
                        .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                        .getExtensionsList())
                .contains("model_repository", "statistics");
        assertThat(inference
                        .modelReady(
                                ModelReadyRequest.newBuilder().setName(MODEL).build())
                        .getReady())
                .isTrue();
        assertThat(inference
                        .modelMetadata(ModelMetadataRequest.newBuilder()
                                .setName(MODEL + ":class")
                                .build())
                        .getVersionsList())
                .containsExactly(version);
        ModelInferResponse response = inference.modelInfer(
                nodes(MODEL + ":class", "b", "a").setId("i").build());
        assertThat(response.getId()).isEqualTo("i");
        assertThat(response.getModelVersion()).isEqualTo(version);
        assertThat(response.getOutputs(0).getContents().getBytesContentsList())
                .extracting(ByteString::toStringUtf8)
                .containsExactly("b", "a");
        assertThat(inference
                        .modelStatistics(ModelStatisticsRequest.newBuilder()
                                .setName(MODEL + ":class")
                                .setVersion(version)
                                .build())
                        .getModelStats(0)
                        .getInferenceCount())
                .isGreaterThanOrEqualTo(2);
        assertThat(inference
                        .repositoryIndex(RepositoryIndexRequest.getDefaultInstance())
                        .getModelsList())
                .extracting(ModelIndex::getName)
                .contains(MODEL, MODEL + ":link");
        assertThat(inference.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                        .setModelName(MODEL)
                        .build()))
                .isNotNull();
        failure(
                () -> inference.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                        .setModelName(MODEL)
                        .build()),
                Status.Code.UNIMPLEMENTED);
    }

    @Test
    void problemsCarryGoogleRpcDetails() throws Exception {
        StatusRuntimeException wrong = failure(
                () -> inference.modelInfer(nodes(MODEL, "a")
                        .setInputs(0, InferInputTensor.newBuilder().setName("nodes"))
                        .build()),
                Status.Code.INVALID_ARGUMENT);
        Any detail = StatusProto.fromThrowable(wrong).getDetails(1);
        assertThat(detail.unpack(BadRequest.class).getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("inputs[0].name", "inputs");
        StatusRuntimeException unknown =
                failure(() -> inference.modelInfer(nodes(MODEL, "a", "nobody").build()), Status.Code.NOT_FOUND);
        assertThat(StatusProto.fromThrowable(unknown)
                        .getDetails(1)
                        .unpack(ResourceInfo.class)
                        .getResourceName())
                .isEqualTo("nobody");
        failure(() -> inference.modelInfer(nodes("nobody", "a").build()), Status.Code.NOT_FOUND);
        failure(
                () -> inference.modelReady(
                        ModelReadyRequest.newBuilder().setName("nobody").build()),
                Status.Code.NOT_FOUND);
    }

    @Test
    void theDeadlineOfTheCallBoundsTheWait() {
        links.progress(10);
        ModelInferRequest request = nodes(MODEL, "a")
                .putParameters(
                        "min_positions",
                        InferParameter.newBuilder().setStringParam("0:999").build())
                .build();
        StatusRuntimeException late = failure(
                () -> inference.withDeadlineAfter(1, TimeUnit.SECONDS).modelInfer(request),
                Status.Code.DEADLINE_EXCEEDED);
        assertThat(StatusProto.fromThrowable(late).getDetailsCount())
                .as("the server's own answer")
                .isPositive();
        failure(
                () -> inference.modelInfer(request.toBuilder()
                        .putParameters(
                                "min_positions",
                                InferParameter.newBuilder()
                                        .setStringParam("0:1000")
                                        .build())
                        .build()),
                Status.Code.OUT_OF_RANGE);
    }

    @Test
    void readinessIsThatOfTheFeeds() throws InterruptedException {
        links.pending(List.of("topic t is still to be read"));
        assertThat(inference
                        .serverReady(ServerReadyRequest.getDefaultInstance())
                        .getReady())
                .isFalse();
        failure(() -> inference.modelInfer(nodes(MODEL, "a").build()), Status.Code.UNAVAILABLE);
        var health = HealthGrpc.newBlockingStub(channel);
        HealthCheckRequest ask = HealthCheckRequest.newBuilder()
                .setService("inference.GRPCInferenceService")
                .build();
        for (int i = 0; i < 500 && health.check(ask).getStatus() != ServingStatus.NOT_SERVING; i++) {
            Thread.sleep(10);
        }
        assertThat(health.check(ask).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }
}
