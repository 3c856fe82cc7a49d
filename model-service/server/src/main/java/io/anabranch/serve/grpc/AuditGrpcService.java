package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.AuditCalls;
import io.anabranch.v1.AuditRequest;
import io.anabranch.v1.AuditResponse;
import io.anabranch.v1.AuditServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** On the event loop: an audit works elsewhere and is answered later. */
@GrpcService
final class AuditGrpcService implements AuditServiceGrpc.AsyncService, BindableService {

    private final AuditCalls calls;

    @Inject
    AuditGrpcService(AuditCalls calls) {
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(AuditServiceGrpc.bindService(this));
    }

    @Override
    public void audit(AuditRequest request, StreamObserver<AuditResponse> responses) {
        Answers.answerLater(responses, patience -> calls.audit(request, patience));
    }
}
