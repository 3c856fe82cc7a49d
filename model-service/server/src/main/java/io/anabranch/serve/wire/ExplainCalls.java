package io.anabranch.serve.wire;

import io.anabranch.serve.explain.ExplainQuery;
import io.anabranch.serve.explain.Explanation;
import io.anabranch.serve.explain.Explanations;
import io.anabranch.serve.predict.Consistency;
import io.anabranch.serve.predict.EventPosition;
import io.anabranch.v1.ExplainRequest;
import io.anabranch.v1.ExplainResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** PredictionService.Explain without a transport. Never blocks; a call that is cancelled through its future ends. Problems are thrown, or come with the future. */
public final class ExplainCalls {

    private final Explanations explanations;
    private final Consistency consistency;

    public ExplainCalls(Explanations explanations, Consistency consistency) {
        this.explanations = explanations;
        this.consistency = consistency;
    }

    public CompletableFuture<ExplainResponse> explain(ExplainRequest request, Duration patience) {
        ExplainQuery query = ExplainMapping.query(request);
        List<EventPosition> token = PredictionCalls.token(request.getMinPositionsList());
        long begin = System.nanoTime();
        CompletableFuture<ExplainResponse> answer = new CompletableFuture<>();
        var unused = consistency
                .whenEverywhere(token, patience, () -> {
                    // Read before the vectors: what these reflect is then never overstated.
                    List<EventPosition> reflected = consistency.reflected(query.subject());
                    CompletableFuture<Explanation> work = explanations.explain(
                            query,
                            !token.isEmpty(),
                            patience.minusNanos(Math.min(System.nanoTime() - begin, patience.toNanos())));
                    var ignored = answer.whenComplete((done, failure) -> work.cancel(false));
                    return work.thenApply(explanation -> ExplainMapping.response(explanation)
                            .addAllReflected(Mapping.positions(reflected))
                            .build());
                })
                .thenCompose(response -> response)
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
