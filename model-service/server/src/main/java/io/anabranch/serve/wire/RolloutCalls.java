package io.anabranch.serve.wire;

import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRollout;
import io.anabranch.serve.registry.ModelVersion;
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.DeleteModelAliasResponse;
import io.anabranch.v1.Model;
import io.anabranch.v1.PromoteModelRequest;
import io.anabranch.v1.PromoteModelResponse;
import io.anabranch.v1.RetireModelRequest;
import io.anabranch.v1.RetireModelResponse;
import io.anabranch.v1.RollbackModelRequest;
import io.anabranch.v1.RollbackModelResponse;
import io.anabranch.v1.SetCanaryRequest;
import io.anabranch.v1.SetCanaryResponse;
import io.anabranch.v1.SetModelAliasRequest;
import io.anabranch.v1.SetModelAliasResponse;
import io.anabranch.v1.SetShadowRequest;
import io.anabranch.v1.SetShadowResponse;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopCanaryResponse;
import io.anabranch.v1.StopShadowRequest;
import io.anabranch.v1.StopShadowResponse;

/** Which versions answer: the rest of ModelService, without a transport. All of it blocks. Problems are thrown. */
public final class RolloutCalls {

    private final ModelPublisher publisher;
    private final ModelRollout rollout;
    private final ModelMessages messages;

    public RolloutCalls(ModelPublisher publisher, ModelRollout rollout, ModelMessages messages) {
        this.publisher = publisher;
        this.rollout = rollout;
        this.messages = messages;
    }

    public PromoteModelResponse promote(PromoteModelRequest request) {
        require(request.getName(), request.getVersion());
        return PromoteModelResponse.newBuilder()
                .setModel(model(publisher.promote(request.getName(), request.getVersion())))
                .build();
    }

    public RollbackModelResponse rollback(RollbackModelRequest request) {
        Requests.requireName(request.getName());
        Requests.requireRequestId(request.getRequestId());
        return RollbackModelResponse.newBuilder()
                .setModel(model(publisher.rollback(request.getName(), request.getRequestId())))
                .build();
    }

    public SetModelAliasResponse setAlias(SetModelAliasRequest request) {
        require(request.getName(), request.getVersion());
        return SetModelAliasResponse.newBuilder()
                .setModel(model(rollout.setAlias(request.getName(), request.getAlias(), request.getVersion())))
                .build();
    }

    public DeleteModelAliasResponse deleteAlias(DeleteModelAliasRequest request) {
        Requests.requireName(request.getName());
        Requests.requireText("alias", request.getAlias());
        return DeleteModelAliasResponse.newBuilder()
                .setModel(model(rollout.deleteAlias(request.getName(), request.getAlias())))
                .build();
    }

    public SetCanaryResponse setCanary(SetCanaryRequest request) {
        require(request.getName(), request.getVersion());
        return SetCanaryResponse.newBuilder()
                .setModel(model(rollout.setCanary(request.getName(), request.getVersion(), request.getPercent())))
                .build();
    }

    public StopCanaryResponse stopCanary(StopCanaryRequest request) {
        Requests.requireName(request.getName());
        return StopCanaryResponse.newBuilder()
                .setModel(model(rollout.stopCanary(request.getName())))
                .build();
    }

    public SetShadowResponse setShadow(SetShadowRequest request) {
        require(request.getName(), request.getVersion());
        return SetShadowResponse.newBuilder()
                .setModel(model(rollout.setShadow(request.getName(), request.getVersion(), request.getPercent())))
                .build();
    }

    public StopShadowResponse stopShadow(StopShadowRequest request) {
        Requests.requireName(request.getName());
        return StopShadowResponse.newBuilder()
                .setModel(model(rollout.stopShadow(request.getName())))
                .build();
    }

    public RetireModelResponse retire(RetireModelRequest request) {
        require(request.getName(), request.getVersion());
        return RetireModelResponse.newBuilder()
                .setModel(model(publisher.retire(request.getName(), request.getVersion())))
                .build();
    }

    private Model model(ModelVersion version) {
        return messages.of(version);
    }

    private static void require(String name, long version) {
        Requests.requireName(name);
        Requests.requireVersion(version);
    }
}
