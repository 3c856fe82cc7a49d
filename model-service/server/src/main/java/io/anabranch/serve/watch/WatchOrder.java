package io.anabranch.serve.watch;

import io.anabranch.serve.predict.ModelChoice;
import io.anabranch.serve.predict.Prediction.Pair;
import io.anabranch.serve.predict.TaskKind;
import java.util.List;

/**
 * What is to be watched.
 *
 * @param nodeIds together with no pairs, none: every node
 * @param token empty: from now on
 */
public record WatchOrder(
        ModelChoice model,
        String task,
        List<String> nodeIds,
        List<Pair> pairs,
        WatchCondition condition,
        boolean initialState,
        byte[] token) {

    TaskKind kind() {
        return pairs.isEmpty() ? TaskKind.NODES : TaskKind.LINKS;
    }

    boolean everything() {
        return nodeIds.isEmpty() && pairs.isEmpty();
    }
}
