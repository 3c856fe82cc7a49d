package io.anabranch.serve.history;

import io.anabranch.serve.predict.NodeVector;
import io.anabranch.serve.predict.Prediction.NodeClasses;
import io.anabranch.serve.predict.TaskScorer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one version predicted of one node, oldest first; the last is what it predicts now.
 *
 * @param completeSinceMs every change after this time is among the states
 */
public record PredictionHistory(long modelVersion, String task, List<State> states, long completeSinceMs) {

    public PredictionHistory {
        states = List.copyOf(states);
    }

    /**
     * From one change to the next.
     *
     * @param timeMs when this process read the change; 0: it was so at {@link PredictionHistory#completeSinceMs}
     * @param classes null: there was no embedding
     */
    public record State(long timeMs, @Nullable NodeClasses classes) {

        static State of(long timeMs, TaskScorer scorer, String nodeId, @Nullable NodeVector vector) {
            return new State(timeMs, vector == null ? null : scorer.classes(nodeId, vector));
        }
    }
}
