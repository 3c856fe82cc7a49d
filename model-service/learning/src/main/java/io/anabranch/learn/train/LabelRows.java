package io.anabranch.learn.train;

import io.anabranch.graph.Part;
import java.util.EnumMap;
import java.util.Map;

/** Which vertices of each part are labelled, and how: {@code V} holds the values in the order of the rows. */
final class LabelRows<V> {

    private record Labelled<V>(int[] rows, V values) {}

    private final Map<Part, Labelled<V>> parts = new EnumMap<>(Part.class);

    /** To be called once for every part, with empty arrays where it has no rows. */
    LabelRows<V> with(Part part, int[] rows, V values) {
        parts.put(part, new Labelled<>(rows, values));
        return this;
    }

    int[] rows(Part part) {
        return labelled(part).rows();
    }

    V values(Part part) {
        return labelled(part).values();
    }

    private Labelled<V> labelled(Part part) {
        Labelled<V> labelled = parts.get(part);
        if (labelled == null) {
            throw new IllegalStateException("The part (%s) has no rows.".formatted(part));
        }
        return labelled;
    }
}
