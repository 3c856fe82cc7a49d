package io.anabranch.learn.train;

import io.anabranch.graph.hag.KnownHags;
import io.anabranch.graph.snapshot.GraphSnapshot;
import io.anabranch.learn.history.GraphHistories;
import org.jspecify.annotations.Nullable;

/**
 * What a training learns from.
 *
 * @param hags computation graphs of the snapshot's rows, so that sums need no search where they may be shared
 * @param histories of the snapshot's vertices; null where they are not known
 */
public record TrainingGraph(
        GraphSnapshot snapshot, KnownHags hags, @Nullable GraphHistories histories) {

    public TrainingGraph {
        if (histories != null && histories.vertices() != snapshot.nodeCount()) {
            throw new IllegalArgumentException("There are histories of (%d) vertices for a graph of (%d)."
                    .formatted(histories.vertices(), snapshot.nodeCount()));
        }
    }

    public static TrainingGraph of(GraphSnapshot snapshot) {
        return new TrainingGraph(snapshot, KnownHags.NONE, null);
    }

    public static TrainingGraph of(GraphSnapshot snapshot, GraphHistories histories) {
        return new TrainingGraph(snapshot, KnownHags.NONE, histories);
    }
}
