package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.ModelCalls;
import io.anabranch.serve.wire.RolloutCalls;
import io.anabranch.v1.CancelTrainingRequest;
import io.anabranch.v1.CancelTrainingResponse;
import io.anabranch.v1.DeleteModelAliasRequest;
import io.anabranch.v1.DeleteModelAliasResponse;
import io.anabranch.v1.ExportModelRequest;
import io.anabranch.v1.ExportModelResponse;
import io.anabranch.v1.GetModelRequest;
import io.anabranch.v1.GetModelResponse;
import io.anabranch.v1.GetTrainingRequest;
import io.anabranch.v1.GetTrainingResponse;
import io.anabranch.v1.ImportModelRequest;
import io.anabranch.v1.ImportModelResponse;
import io.anabranch.v1.ListModelsRequest;
import io.anabranch.v1.ListModelsResponse;
import io.anabranch.v1.ListTrainingsRequest;
import io.anabranch.v1.ListTrainingsResponse;
import io.anabranch.v1.ModelServiceGrpc;
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
import io.anabranch.v1.StartTrainingRequest;
import io.anabranch.v1.StartTrainingResponse;
import io.anabranch.v1.StopCanaryRequest;
import io.anabranch.v1.StopCanaryResponse;
import io.anabranch.v1.StopShadowRequest;
import io.anabranch.v1.StopShadowResponse;
import io.anabranch.v1.WatchTrainingRequest;
import io.anabranch.v1.WatchTrainingResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;

/** What writes the models topic or moves whole models is on a worker; the rest on the event loop. */
@GrpcService
final class ModelGrpcService implements ModelServiceGrpc.AsyncService, BindableService {

    private final ModelCalls calls;
    private final RolloutCalls rollout;

    @Inject
    ModelGrpcService(ModelCalls calls, RolloutCalls rollout) {
        this.calls = calls;
        this.rollout = rollout;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(ModelServiceGrpc.bindService(this));
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
        Answers.answer(responses, () -> calls.list(request));
    }

    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> responses) {
        Answers.answer(responses, () -> calls.get(request));
    }

    @Override
    public void startTraining(StartTrainingRequest request, StreamObserver<StartTrainingResponse> responses) {
        Answers.answer(responses, () -> calls.startTraining(request));
    }

    @Override
    public void getTraining(GetTrainingRequest request, StreamObserver<GetTrainingResponse> responses) {
        Answers.answer(responses, () -> calls.getTraining(request));
    }

    @Override
    public void listTrainings(ListTrainingsRequest request, StreamObserver<ListTrainingsResponse> responses) {
        Answers.answer(responses, () -> calls.listTrainings(request));
    }

    @Override
    public void watchTraining(WatchTrainingRequest request, StreamObserver<WatchTrainingResponse> responses) {
        TrainingWatch.begin(calls, request, responses);
    }

    @Override
    public void cancelTraining(CancelTrainingRequest request, StreamObserver<CancelTrainingResponse> responses) {
        Answers.answer(responses, () -> calls.cancelTraining(request));
    }

    @Override
    @Blocking
    public void promoteModel(PromoteModelRequest request, StreamObserver<PromoteModelResponse> responses) {
        Answers.answer(responses, () -> rollout.promote(request));
    }

    @Override
    @Blocking
    public void rollbackModel(RollbackModelRequest request, StreamObserver<RollbackModelResponse> responses) {
        Answers.answer(responses, () -> rollout.rollback(request));
    }

    @Override
    @Blocking
    public void importModel(ImportModelRequest request, StreamObserver<ImportModelResponse> responses) {
        Answers.answer(responses, () -> calls.importModel(request));
    }

    @Override
    @Blocking
    public void exportModel(ExportModelRequest request, StreamObserver<ExportModelResponse> responses) {
        Answers.answer(responses, () -> calls.export(request));
    }

    @Override
    @Blocking
    public void setModelAlias(SetModelAliasRequest request, StreamObserver<SetModelAliasResponse> responses) {
        Answers.answer(responses, () -> rollout.setAlias(request));
    }

    @Override
    @Blocking
    public void deleteModelAlias(DeleteModelAliasRequest request, StreamObserver<DeleteModelAliasResponse> responses) {
        Answers.answer(responses, () -> rollout.deleteAlias(request));
    }

    @Override
    @Blocking
    public void setCanary(SetCanaryRequest request, StreamObserver<SetCanaryResponse> responses) {
        Answers.answer(responses, () -> rollout.setCanary(request));
    }

    @Override
    @Blocking
    public void stopCanary(StopCanaryRequest request, StreamObserver<StopCanaryResponse> responses) {
        Answers.answer(responses, () -> rollout.stopCanary(request));
    }

    @Override
    @Blocking
    public void setShadow(SetShadowRequest request, StreamObserver<SetShadowResponse> responses) {
        Answers.answer(responses, () -> rollout.setShadow(request));
    }

    @Override
    @Blocking
    public void stopShadow(StopShadowRequest request, StreamObserver<StopShadowResponse> responses) {
        Answers.answer(responses, () -> rollout.stopShadow(request));
    }

    @Override
    @Blocking
    public void retireModel(RetireModelRequest request, StreamObserver<RetireModelResponse> responses) {
        Answers.answer(responses, () -> rollout.retire(request));
    }
}
