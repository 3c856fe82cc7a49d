package io.anabranch.serve.wire;

import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.LinkQuery;
import io.anabranch.serve.predict.LinkRanking;
import io.anabranch.serve.predict.ScanLimit;
import io.anabranch.serve.predict.SimilarQuery;
import io.anabranch.serve.predict.SimilarSearch;
import io.anabranch.v1.FindSimilarRequest;
import io.anabranch.v1.FindSimilarResponse;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.RankLinksRequest;
import io.anabranch.v1.RankLinksResponse;
import io.anabranch.v1.SimilarNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * The calls of PredictionService that look at all vertices, without a transport. Never blocks; a call that is cancelled through its
 * future ends its scan. Problems are thrown, or come with the future.
 */
public final class NeighbourCalls {

    private final SimilarSearch similar;
    private final LinkRanking ranking;
    private final Consistency consistency;

    public NeighbourCalls(SimilarSearch similar, LinkRanking ranking, Consistency consistency) {
        this.similar = similar;
        this.ranking = ranking;
        this.consistency = consistency;
    }

    public CompletableFuture<FindSimilarResponse> findSimilar(FindSimilarRequest request, Duration patience) {
        ReadMask mask = ReadMask.of(request.getReadMask(), SimilarNode.getDescriptor());
        SimilarQuery query = NeighbourMapping.query(request);
        return scan(request.getMinPositionsList(), patience, limit -> {
            // Read before the vectors: what these reflect is then never overstated.
            List<EventPosition> reflected = consistency.reflectedEverywhere();
            return similar.find(query, limit)
                    .thenApply(found -> NeighbourMapping.response(found, mask)
                            .addAllReflected(Mapping.positions(reflected))
                            .build());
        });
    }

    public CompletableFuture<RankLinksResponse> rankLinks(RankLinksRequest request, Duration patience) {
        ReadMask mask = ReadMask.of(request.getReadMask(), LinkScore.getDescriptor());
        LinkQuery query = NeighbourMapping.query(request);
        return scan(request.getMinPositionsList(), patience, limit -> {
            List<EventPosition> reflected = consistency.reflectedEverywhere();
            return ranking.rank(query, limit)
                    .thenApply(ranked -> NeighbourMapping.response(ranked, mask)
                            .addAllReflected(Mapping.positions(reflected))
                            .build());
        });
    }

    private <T> CompletableFuture<T> scan(
            List<io.anabranch.v1.EventPosition> minPositions,
            Duration patience,
            Function<ScanLimit, CompletableFuture<T>> scan) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        ScanLimit limit = ScanLimit.of(patience, answer::isDone);
        var unused = consistency
                .whenEverywhere(PredictionCalls.token(minPositions), patience, () -> scan.apply(limit))
                .thenCompose(Function.identity())
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        answer.complete(response);
                    } else {
                        Throwable cause = failure.getCause();
                        answer.completeExceptionally(
                                failure instanceof CompletionException && cause != null ? cause : failure);
                    }
                });
        return answer;
    }
}
