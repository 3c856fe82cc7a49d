package io.anabranch.serve.grpc;

import io.anabranch.inference.GRPCInferenceServiceGrpc;
import io.anabranch.inference.ModelInferRequest;
import io.anabranch.inference.ModelInferResponse;
import io.anabranch.inference.ModelMetadataRequest;
import io.anabranch.inference.ModelMetadataResponse;
import io.anabranch.inference.ModelReadyRequest;
import io.anabranch.inference.ModelReadyResponse;
import io.anabranch.inference.ModelStatisticsRequest;
import io.anabranch.inference.ModelStatisticsResponse;
import io.anabranch.inference.RepositoryIndexRequest;
import io.anabranch.inference.RepositoryIndexResponse;
import io.anabranch.inference.RepositoryModelLoadRequest;
import io.anabranch.inference.RepositoryModelLoadResponse;
import io.anabranch.inference.RepositoryModelUnloadRequest;
import io.anabranch.inference.RepositoryModelUnloadResponse;
import io.anabranch.inference.ServerLiveRequest;
import io.anabranch.inference.ServerLiveResponse;
import io.anabranch.inference.ServerMetadataRequest;
import io.anabranch.inference.ServerMetadataResponse;
import io.anabranch.inference.ServerReadyRequest;
import io.anabranch.inference.ServerReadyResponse;
import io.anabranch.serve.inference.InferenceCalls;
import io.anabranch.serve.inference.RepositoryCalls;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;

/** The Open Inference Protocol. On the event loop, but for loading, which may write the models topic. */
@GrpcService
final class InferenceGrpcService implements GRPCInferenceServiceGrpc.AsyncService, BindableService {

    private final InferenceCalls inference;
    private final RepositoryCalls repository;

    @Inject
    InferenceGrpcService(InferenceCalls inference, RepositoryCalls repository) {
        this.inference = inference;
        this.repository = repository;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(GRPCInferenceServiceGrpc.bindService(this));
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> responses) {
        Answers.answer(responses, repository::live);
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> responses) {
        Answers.answer(responses, repository::ready);
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> responses) {
        Answers.answer(responses, () -> repository.ready(request));
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> responses) {
        Answers.answer(responses, repository::metadata);
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> responses) {
        Answers.answer(responses, () -> repository.metadata(request));
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> responses) {
        Answers.answerLater(responses, patience -> inference.infer(request, patience));
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> responses) {
        Answers.answer(responses, () -> repository.statistics(request));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> responses) {
        Answers.answer(responses, () -> repository.index(request));
    }

    @Override
    @Blocking
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> responses) {
        Answers.answer(responses, () -> repository.load(request));
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> responses) {
        Answers.answer(responses, () -> repository.unload(request));
    }
}
