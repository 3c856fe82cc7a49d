package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.IngestCalls;
import io.anabranch.v1.IngestServiceGrpc.IngestServiceImplBase;
import io.anabranch.v1.PublishRequest;
import io.anabranch.v1.PublishResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** Each stream has a virtual thread of its own for what may block: handing events to Kafka. */
@GrpcService
final class IngestGrpcService extends IngestServiceImplBase {

    private final IngestCalls calls;

    @Inject
    IngestGrpcService(IngestCalls calls) {
        this.calls = calls;
    }

    @Override
    public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
        return PublishStream.open(calls, (ServerCallStreamObserver<PublishResponse>) responses);
    }
}
