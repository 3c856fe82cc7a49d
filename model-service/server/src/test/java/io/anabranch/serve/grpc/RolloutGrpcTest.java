package io.anabranch.serve.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.anabranch.learn.model.ModelImport;
import io.anabranch.model.v1.ModelSnapshot;
import io.anabranch.serve.FreeGrpcPort;
import io.anabranch.serve.TestModels;
import io.anabranch.serve.feed.MemoryLinks;
import io.anabranch.serve.ops.ModelServer;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.Model;
import io.anabranch.v1.ModelSelector;
import io.anabranch.v1.ModelServiceGrpc;
import io.anabranch.v1.ModelState;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopShadowRequest;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
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
class RolloutGrpcTest {

    @Inject
    MemoryLinks links;

    @Inject
    ModelServer server;

    @ConfigProperty(name = FreeGrpcPort.KEY)
    int port;

    private ManagedChannel channel;
    private ModelServiceGrpc.ModelServiceBlockingStub models;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        models = ModelServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow();
        assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    private ImportModelRequest.Builder file(String name) {
        ModelSnapshot snapshot = TestModels.imported(name);
        return ImportModelRequest.newBuilder()
                .setSpec(snapshot.getSpec())
                .setSafetensors(ByteString.copyFrom(ModelImport.export(snapshot)));
    }

    /** Imported and covered. */
    private long covered(String name) {
        long version = models.importModel(file(name).build()).getModel().getVersion();
        links.vertex(version, "a", version, 0);
        links.cover(version);
        return version;
    }

    private long active(String name) throws InterruptedException {
        long version = covered(name);
        for (int i = 0; i < 1000 && server.registry().catalog().active(name) == null; i++) {
            Thread.sleep(10);
        }
        return version;
    }

    private long answering(ModelSelector.Builder model) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .classify(ClassifyRequest.newBuilder()
                        .setModel(model)
                        .addNodeIds("a")
                        .build())
                .getModelVersion();
    }

    private static ModelSelector.Builder model(String name) {
        return ModelSelector.newBuilder().setName(name);
    }

    private static StatusRuntimeException failure(ThrowingCallable call) {
        StatusRuntimeException[] caught = new StatusRuntimeException[1];
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> caught[0] = e);
        return caught[0];
    }

    private static void assertFails(ThrowingCallable call, Status.Code code, String reason)
            throws InvalidProtocolBufferException {
        StatusRuntimeException e = failure(call);
        assertThat(e.getStatus().getCode()).isEqualTo(code);
        for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                assertThat(detail.unpack(ErrorInfo.class).getReason()).isEqualTo(reason);
                return;
            }
        }
        throw new AssertionError("No ErrorInfo in " + e);
    }

    private static void assertInvalid(ThrowingCallable call, String field) throws InvalidProtocolBufferException {
        StatusRuntimeException e = failure(call);
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        for (Any detail : StatusProto.fromThrowable(e).getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                        .isEqualTo(field);
                return;
            }
        }
        throw new AssertionError("No BadRequest in " + e);
    }

    @Test
    void anAliasAnswersUntilItIsDeleted() throws Exception {
        active("aliased");
        long second = covered("aliased");
        SetModelAliasRequest set = SetModelAliasRequest.newBuilder()
                .setName("aliased")
                .setAlias("champion")
                .setVersion(second)
                .build();
        assertThat(models.setModelAlias(set).getModel().getAliasesList()).containsExactly("champion");
        assertThat(answering(model("aliased").setAlias("champion"))).isEqualTo(second);
        assertThat(models.getModel(GetModelRequest.newBuilder()
                                .setModel(model("aliased").setAlias("champion"))
                                .build())
                        .getModel()
                        .getVersion())
                .isEqualTo(second);
        RetireModelRequest retire = RetireModelRequest.newBuilder()
                .setName("aliased")
                .setVersion(second)
                .build();
        assertFails(() -> models.retireModel(retire), Status.Code.FAILED_PRECONDITION, "VERSION_IN_USE");
        DeleteModelAliasRequest delete = DeleteModelAliasRequest.newBuilder()
                .setName("aliased")
                .setAlias("champion")
                .build();
        assertThat(models.deleteModelAlias(delete).getModel().getAliasesList()).isEmpty();
        assertFails(() -> models.deleteModelAlias(delete), Status.Code.NOT_FOUND, "ALIAS_NOT_FOUND");
        assertFails(() -> answering(model("aliased").setAlias("champion")), Status.Code.NOT_FOUND, "ALIAS_NOT_FOUND");
        assertInvalid(
                () -> models.setModelAlias(set.toBuilder().setAlias("Champion").build()), "alias");
        assertInvalid(() -> answering(model("aliased").setAlias("a").setVersion(second)), "model.alias");

        assertThat(models.retireModel(retire).getModel().getState()).isEqualTo(ModelState.MODEL_STATE_RETIRED);
        Model listed = models.listModels(ListModelsRequest.newBuilder()
                        .setName("aliased")
                        .addStates(ModelState.MODEL_STATE_RETIRED)
                        .setPageSize(1)
                        .build())
                .getModels(0);
        assertThat(listed.getVersion()).isEqualTo(second);
        assertThat(listed.getProvenance().getOrigin()).isEqualTo("imported");
        assertFails(() -> models.setModelAlias(set), Status.Code.FAILED_PRECONDITION, "VERSION_RETIRED");
        assertFails(
                () -> answering(model("aliased").setVersion(second)),
                Status.Code.FAILED_PRECONDITION,
                "VERSION_RETIRED");
    }

    @Test
    void aCanaryAnswersItsShareUntilItIsPromoted() throws Exception {
        long first = active("canary");
        long second = covered("canary");
        SetCanaryRequest.Builder set =
                SetCanaryRequest.newBuilder().setName("canary").setVersion(second);
        Model canary = models.setCanary(set.setPercent(50).build()).getModel();
        assertThat(canary.getCanaryPercent()).isEqualTo(50);
        assertThat(canary.getState()).isEqualTo(ModelState.MODEL_STATE_COVERED);
        boolean[] seen = new boolean[2];
        for (int i = 0; i < 64; i++) {
            String key = "user-" + i;
            long version = answering(model("canary").setRoutingKey(key));
            assertThat(version).isIn(first, second);
            assertThat(answering(model("canary").setRoutingKey(key))).isEqualTo(version);
            seen[version == first ? 0 : 1] = true;
        }
        assertThat(seen).containsExactly(true, true);
        models.setCanary(set.setPercent(100).build());
        assertThat(answering(model("canary"))).isEqualTo(second);
        assertThat(models.getModel(GetModelRequest.newBuilder()
                                .setModel(model("canary").setVersion(second))
                                .build())
                        .getModel()
                        .getServed()
                        .getRequests())
                .isPositive();
        Model promoted = models.promoteModel(PromoteModelRequest.newBuilder()
                        .setName("canary")
                        .setVersion(second)
                        .build())
                .getModel();
        assertThat(promoted.getState()).isEqualTo(ModelState.MODEL_STATE_ACTIVE);
        assertThat(promoted.hasCanaryPercent()).isFalse();
        assertFails(
                () -> models.stopCanary(
                        StopCanaryRequest.newBuilder().setName("canary").build()),
                Status.Code.FAILED_PRECONDITION,
                "NO_CANARY");
        assertFails(() -> models.setCanary(set.build()), Status.Code.FAILED_PRECONDITION, "VERSION_ACTIVE");
        assertInvalid(() -> models.setCanary(set.setPercent(101).build()), "percent");
        assertInvalid(
                () -> models.setCanary(
                        SetCanaryRequest.newBuilder().setName("canary").build()),
                "version");
    }

    @Test
    void aShadowIsReportedAndNeverAnswers() throws Exception {
        long first = active("shadow");
        long second = covered("shadow");
        SetShadowRequest set = SetShadowRequest.newBuilder()
                .setName("shadow")
                .setVersion(second)
                .setPercent(100)
                .build();
        assertThat(models.setShadow(set).getModel().getShadowPercent()).isEqualTo(100);
        for (int i = 0; i < 10; i++) {
            assertThat(answering(model("shadow"))).isEqualTo(first);
        }
        GetModelRequest get = GetModelRequest.newBuilder()
                .setModel(model("shadow").setVersion(second))
                .build();
        for (int i = 0; i < 1000; i++) {
            if (models.getModel(get).getModel().getShadowComparison().getRequests() == 10) {
                break;
            }
            Thread.sleep(10);
        }
        Model reported = models.getModel(get).getModel();
        assertThat(reported.getShadowComparison().getCompared()).isEqualTo(10);
        assertThat(reported.getShadowComparison().getActiveVersion()).isEqualTo(first);
        // Embeddings (version, 0) are the logits: both say "a", with other probabilities.
        assertThat(reported.getShadowComparison().getFlips()).isZero();
        assertThat(reported.getShadowComparison().getMaxDifference())
                .isCloseTo(
                        1 / (1 + Math.exp(-second)) - 1 / (1 + Math.exp(-first)),
                        org.assertj.core.api.Assertions.within(1e-6));
        Model stopped = models.stopShadow(
                        StopShadowRequest.newBuilder().setName("shadow").build())
                .getModel();
        assertThat(stopped.hasShadowPercent()).isFalse();
        assertThat(stopped.getShadowComparison().getRequests()).isEqualTo(10);
        assertFails(
                () -> models.stopShadow(
                        StopShadowRequest.newBuilder().setName("shadow").build()),
                Status.Code.FAILED_PRECONDITION,
                "NO_SHADOW");
    }

    @Test
    void aRepeatedRequestIdChangesNothingMore() throws Exception {
        long first = active("repeated");
        String id = UUID.randomUUID().toString();
        ImportModelRequest request = file("repeated").setRequestId(id).build();
        long second = models.importModel(request).getModel().getVersion();
        assertThat(models.importModel(request).getModel().getVersion()).isEqualTo(second);
        assertThat(second).isGreaterThan(first);
        links.vertex(second, "a", 1, 0);
        links.cover(second);
        models.promoteModel(PromoteModelRequest.newBuilder()
                .setName("repeated")
                .setVersion(second)
                .build());
        RollbackModelRequest rollback = RollbackModelRequest.newBuilder()
                .setName("repeated")
                .setRequestId(id)
                .build();
        assertThat(models.rollbackModel(rollback).getModel().getVersion()).isEqualTo(first);
        assertThat(models.rollbackModel(rollback).getModel().getVersion()).isEqualTo(first);
        assertInvalid(
                () -> models.rollbackModel(
                        rollback.toBuilder().setRequestId("no uuid").build()),
                "request_id");
    }
}
