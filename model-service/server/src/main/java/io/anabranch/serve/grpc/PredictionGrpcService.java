package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.PredictionServiceGrpc.PredictionServiceImplBase;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** On the event loop: nothing here blocks. */
@GrpcService
final class PredictionGrpcService extends PredictionServiceImplBase {

    private final PredictionCalls calls;

    @Inject
    PredictionGrpcService(PredictionCalls calls) {
        this.calls = calls;
    }

    @Override
    public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> responses) {
        Answers.answerLater(responses, patience -> calls.classify(request, patience));
    }

    @Override
    public void scoreLinks(ScoreLinksRequest request, StreamObserver<ScoreLinksResponse> responses) {
        Answers.answerLater(responses, patience -> calls.scoreLinks(request, patience));
    }

    @Override
    public void getEmbeddings(GetEmbeddingsRequest request, StreamObserver<GetEmbeddingsResponse> responses) {
        Answers.answerLater(responses, patience -> calls.getEmbeddings(request, patience));
    }
}
