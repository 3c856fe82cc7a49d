package io.anabranch.serve.inference;

import io.anabranch.serve.predict.Readiness;
import io.anabranch.serve.registry.ModelPublisher;
import io.anabranch.serve.registry.ModelRegistry;
import io.anabranch.serve.wire.PredictionCalls;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** The protocol's two halves, which share their counts. */
public record OpenInference(InferenceCalls inference, RepositoryCalls repository) {

    /**
     * @param dead what has died and will not come back
     * @param readiness whether predictions can be answered
     */
    public static OpenInference over(
            PredictionCalls predictions,
            ModelRegistry registry,
            ModelPublisher publisher,
            Supplier<List<String>> dead,
            Readiness readiness,
            String codeVersion,
            Clock clock) {
        InferenceMeter meter = new InferenceMeter(clock);
        return new OpenInference(
                new InferenceCalls(registry, predictions, readiness, meter),
                new RepositoryCalls(registry, publisher, dead, readiness, meter, codeVersion));
    }
}
