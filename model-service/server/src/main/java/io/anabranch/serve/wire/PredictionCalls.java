package io.anabranch.serve.wire;

import io.anabranch.serve.ingest.UnseenCheck;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.serve.recompute.UnseenVertices;
import io.anabranch.v1.Classification;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.LinkScore;
import io.anabranch.v1.NodeEmbedding;
import io.anabranch.v1.NodePair;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * PredictionService without a transport. Never blocks: a call whose min_positions are not reflected yet is answered later. Problems are
 * thrown, or come with the future.
 */
public final class PredictionCalls {

    private final Predictions predictions;
    private final Consistency consistency;
    private final UnseenCalls unseen;

    public PredictionCalls(
            Predictions predictions, Consistency consistency, UnseenVertices vertices, UnseenCheck check) {
        this.predictions = predictions;
        this.consistency = consistency;
        this.unseen = new UnseenCalls(predictions, consistency, vertices, new UnseenReader(check));
    }

    public CompletableFuture<ClassifyResponse> classify(ClassifyRequest request, Duration patience) {
        ReadMask mask = ReadMask.of(request.getReadMask(), Classification.getDescriptor());
        if (request.getUnseenNodesCount() > 0) {
            return unseen.classify(request, mask, token(request.getMinPositionsList()), patience);
        }
        List<String> ids = request.getNodeIdsList();
        Predictions.checkNodes(ids);
        return consistency.when(token(request.getMinPositionsList()), ids, patience, () -> {
            // Read before the vectors: what these reflect is then never overstated.
            List<EventPosition> reflected = consistency.reflected(ids);
            return Mapping.response(
                            predictions.classify(Mapping.choice(request.getModel()), request.getTask(), ids), mask)
                    .addAllReflected(positions(reflected))
                    .build();
        });
    }

    public CompletableFuture<ScoreLinksResponse> scoreLinks(ScoreLinksRequest request, Duration patience) {
        ReadMask mask = ReadMask.of(request.getReadMask(), LinkScore.getDescriptor());
        List<Pair> pairs = request.getPairsList().stream()
                .map(pair -> new Pair(pair.getSource(), pair.getTarget()))
                .toList();
        Predictions.checkPairs(pairs);
        if (request.getUnseenNodesCount() > 0) {
            return unseen.scoreLinks(request, mask, pairs, token(request.getMinPositionsList()), patience);
        }
        List<String> ends = request.getPairsList().stream()
                .flatMap((NodePair pair) -> Stream.of(pair.getSource(), pair.getTarget()))
                .toList();
        return consistency.when(token(request.getMinPositionsList()), ends, patience, () -> {
            List<EventPosition> reflected = consistency.reflected(ends);
            return Mapping.response(
                            predictions.scoreLinks(Mapping.choice(request.getModel()), request.getTask(), pairs), mask)
                    .addAllReflected(positions(reflected))
                    .build();
        });
    }

    public CompletableFuture<GetEmbeddingsResponse> getEmbeddings(GetEmbeddingsRequest request, Duration patience) {
        ReadMask mask = ReadMask.of(request.getReadMask(), NodeEmbedding.getDescriptor());
        if (request.getUnseenNodesCount() > 0) {
            return unseen.getEmbeddings(request, mask, token(request.getMinPositionsList()), patience);
        }
        List<String> ids = request.getNodeIdsList();
        Predictions.checkNodes(ids);
        return consistency.when(token(request.getMinPositionsList()), ids, patience, () -> {
            List<EventPosition> reflected = consistency.reflected(ids);
            return Mapping.response(predictions.embeddings(Mapping.choice(request.getModel()), ids), mask)
                    .addAllReflected(positions(reflected))
                    .build();
        });
    }

    static List<EventPosition> token(List<io.anabranch.v1.EventPosition> positions) {
        return positions.stream()
                .map(position -> new EventPosition(position.getPartition(), position.getOffset()))
                .toList();
    }

    static List<io.anabranch.v1.EventPosition> positions(List<EventPosition> reflected) {
        return reflected.stream()
                .map(event -> io.anabranch.v1.EventPosition.newBuilder()
                        .setPartition(event.partition())
                        .setOffset(event.offset())
                        .build())
                .toList();
    }
}
