package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.StatusCalls;
import io.anabranch.v1.GetStatusRequest;
import io.anabranch.v1.GetStatusResponse;
import io.anabranch.v1.StatusServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** On the event loop: the figures are at hand. */
@GrpcService
final class StatusGrpcService implements StatusServiceGrpc.AsyncService, BindableService {

    private final StatusCalls calls;

    @Inject
    StatusGrpcService(StatusCalls calls) {
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(StatusServiceGrpc.bindService(this));
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<GetStatusResponse> responses) {
        Answers.answer(responses, () -> calls.get(request));
    }
}
