package io.anabranch.serve.wire;

import io.anabranch.serve.history.EmbeddingHistory;
import io.anabranch.serve.history.PredictionHistory;
import io.anabranch.v1.GetPredictionHistoryRequest;
import io.anabranch.v1.GetPredictionHistoryResponse;
import io.anabranch.v1.PredictionState;

/** Histories of predictions, without a transport. Never blocks. Problems are thrown. */
public final class HistoryCalls {

    private final EmbeddingHistory history;

    public HistoryCalls(EmbeddingHistory history) {
        this.history = history;
    }

    public GetPredictionHistoryResponse get(GetPredictionHistoryRequest request) {
        PredictionHistory found =
                history.of(Mapping.choice(request.getModel()), request.getTask(), request.getNodeId());
        GetPredictionHistoryResponse.Builder response = GetPredictionHistoryResponse.newBuilder()
                .setModelVersion(found.modelVersion())
                .setTask(found.task())
                .setCompleteSinceMs(found.completeSinceMs());
        for (PredictionHistory.State state : found.states()) {
            PredictionState.Builder message = PredictionState.newBuilder().setTimeMs(state.timeMs());
            if (state.classes() != null) {
                message.setClassification(Mapping.classification(state.classes()));
            }
            response.addStates(message);
        }
        return response.build();
    }
}
