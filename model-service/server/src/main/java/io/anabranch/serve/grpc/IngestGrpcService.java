package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.v1.IngestServiceGrpc;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** Each stream has a virtual thread of its own for what may block: handing events to Kafka. */
@GrpcService
final class IngestGrpcService implements IngestServiceGrpc.AsyncService, BindableService {

    private final IngestCalls calls;

    @Inject
    IngestGrpcService(IngestCalls calls) {
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(IngestServiceGrpc.bindService(this));
    }

    @Override
    public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
        return PublishStream.open(calls, (ServerCallStreamObserver<PublishResponse>) responses);
    }
}
