package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.GraphCalls;
import io.anabranch.v1.GetNodeRequest;
import io.anabranch.v1.GetNodeResponse;
import io.anabranch.v1.GraphServiceGrpc;
import io.anabranch.v1.ListEdgesRequest;
import io.anabranch.v1.ListEdgesResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;

/** On workers: a training's snapshot may hold up the replica. */
@GrpcService
@Blocking
final class GraphGrpcService implements GraphServiceGrpc.AsyncService, BindableService {

    private final GraphCalls calls;

    @Inject
    GraphGrpcService(GraphCalls calls) {
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(GraphServiceGrpc.bindService(this));
    }

    @Override
    public void getNode(GetNodeRequest request, StreamObserver<GetNodeResponse> responses) {
        Answers.answer(responses, () -> calls.getNode(request));
    }

    @Override
    public void listEdges(ListEdgesRequest request, StreamObserver<ListEdgesResponse> responses) {
        Answers.answer(responses, () -> calls.listEdges(request));
    }
}
