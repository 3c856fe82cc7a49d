package io.anabranch.serve.wire;

import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.Predictions;
import io.anabranch.v1.ClassifyRequest;
import io.anabranch.v1.ClassifyResponse;
import io.anabranch.v1.GetEmbeddingsRequest;
import io.anabranch.v1.GetEmbeddingsResponse;
import io.anabranch.v1.ScoreLinksRequest;
import io.anabranch.v1.ScoreLinksResponse;

/** PredictionService without a transport. Never blocks; problems are thrown. */
public final class PredictionCalls {

    private final Predictions predictions;

    public PredictionCalls(Predictions predictions) {
        this.predictions = predictions;
    }

    public ClassifyResponse classify(ClassifyRequest request) {
        return Mapping.response(
                predictions.classify(Mapping.choice(request.getModel()), request.getTask(), request.getNodeIdsList()));
    }

    public ScoreLinksResponse scoreLinks(ScoreLinksRequest request) {
        return Mapping.response(predictions.scoreLinks(
                Mapping.choice(request.getModel()),
                request.getTask(),
                request.getPairsList().stream()
                        .map(pair -> new Pair(pair.getSource(), pair.getTarget()))
                        .toList()));
    }

    public GetEmbeddingsResponse getEmbeddings(GetEmbeddingsRequest request) {
        return Mapping.response(predictions.embeddings(Mapping.choice(request.getModel()), request.getNodeIdsList()));
    }
}
