package io.anabranch.learn.temporal;

import io.anabranch.graph.Part;
import java.util.BitSet;

/**
 * The past to learn from, then events to choose on, then events to be judged by. Parts are runs of event numbers.
 *
 * <p>A vertex is new if it has no event in the training part; an event is inductive if it has an end that is new, else transductive
 * (Xu et al., ICLR 2020).
 */
public final class ChronologicalSplit {

    private final int trainEnd;
    private final int validationEnd;
    private final int events;
    private final BitSet known;

    private ChronologicalSplit(int trainEnd, int validationEnd, int events, BitSet known) {
        this.trainEnd = trainEnd;
        this.validationEnd = validationEnd;
        this.events = events;
        this.known = known;
    }

    /** The field's split: 70 % of the events, then 15 %, then the rest. */
    public static ChronologicalSplit of(EventHistory history) {
        return of(history, 70, 15);
    }

    /**
     * A split by percentages, rounded down.
     *
     * @throws IllegalArgumentException if a part would be empty
     */
    public static ChronologicalSplit of(EventHistory history, int trainPercent, int validationPercent) {
        long events = history.events();
        int trainEnd = (int) (events * trainPercent / 100);
        int validationEnd = (int) (events * (trainPercent + validationPercent) / 100);
        if (!(0 < trainEnd && trainEnd < validationEnd && validationEnd < events)) {
            throw new IllegalArgumentException(
                    "The history of %d events cannot be split into %d %%, %d %% and the rest: no part may be empty."
                            .formatted(events, trainPercent, validationPercent));
        }
        BitSet known = new BitSet(history.vertices());
        for (int e = 0; e < trainEnd; e++) {
            known.set(history.source(e));
            known.set(history.target(e));
        }
        return new ChronologicalSplit(trainEnd, validationEnd, history.events(), known);
    }

    /** The part's first event. */
    public int first(Part part) {
        return switch (part) {
            case TRAIN -> 0;
            case VALIDATION -> trainEnd;
            case TEST -> validationEnd;
        };
    }

    /** One behind the part's last event. */
    public int end(Part part) {
        return switch (part) {
            case TRAIN -> trainEnd;
            case VALIDATION -> validationEnd;
            case TEST -> events;
        };
    }

    /** Whether the vertex has no event in the training part. */
    public boolean isNew(int vertex) {
        return !known.get(vertex);
    }
}
