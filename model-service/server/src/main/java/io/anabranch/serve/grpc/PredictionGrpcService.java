package io.anabranch.serve.grpc;

import io.anabranch.serve.wire.ExplainCalls;
import io.anabranch.serve.wire.HistoryCalls;
import io.anabranch.serve.wire.MapCalls;
import io.anabranch.serve.wire.NeighbourCalls;
import io.anabranch.serve.wire.PredictionCalls;
import io.anabranch.serve.wire.WatchCalls;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.GetPredictionHistoryRequest;
import io.anabranch.v1.GetPredictionHistoryResponse;
import io.anabranch.v1.MapEmbeddingsRequest;
import io.anabranch.v1.MapEmbeddingsResponse;
import io.anabranch.v1.PredictionServiceGrpc;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;
import io.anabranch.v1.WatchRequest;
import io.anabranch.v1.WatchResponse;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;

/** On the event loop: nothing here blocks. Large answers are written on workers. */
@GrpcService
final class PredictionGrpcService implements PredictionServiceGrpc.AsyncService, BindableService {

    private final PredictionCalls calls;
    private final WatchCalls watches;
    private final NeighbourCalls neighbours;
    private final ExplainCalls explanations;
    private final MapCalls maps;
    private final HistoryCalls histories;

    @Inject
    PredictionGrpcService(
            PredictionCalls calls,
            WatchCalls watches,
            NeighbourCalls neighbours,
            ExplainCalls explanations,
            MapCalls maps,
            HistoryCalls histories) {
        this.calls = calls;
        this.watches = watches;
        this.neighbours = neighbours;
        this.explanations = explanations;
        this.maps = maps;
        this.histories = histories;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return BytesCheck.of(PredictionServiceGrpc.bindService(this));
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

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
        PredictionWatch.begin(watches, request, responses);
    }

    @Override
    public void findSimilar(FindSimilarRequest request, StreamObserver<FindSimilarResponse> responses) {
        Answers.answerLater(responses, patience -> neighbours.findSimilar(request, patience));
    }

    @Override
    public void rankLinks(RankLinksRequest request, StreamObserver<RankLinksResponse> responses) {
        Answers.answerLater(responses, patience -> neighbours.rankLinks(request, patience));
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> responses) {
        Answers.answerLater(responses, patience -> explanations.explain(request, patience));
    }

    @Override
    @Blocking
    public void mapEmbeddings(MapEmbeddingsRequest request, StreamObserver<MapEmbeddingsResponse> responses) {
        Answers.answerLater(responses, patience -> maps.mapEmbeddings(request));
    }

    @Override
    public void getPredictionHistory(
            GetPredictionHistoryRequest request, StreamObserver<GetPredictionHistoryResponse> responses) {
        Answers.answer(responses, () -> histories.get(request));
    }
}
