package io.anabranch.stream.propagation;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How often a set of seeds has met each situation. Many simulations may count at the same time. */
final class Sightings {
    private final LongAdder[] counts =
            Arrays.stream(Sight.values()).map(sight -> new LongAdder()).toArray(LongAdder[]::new);

    void saw(Sight sight) {
        counts[sight.ordinal()].increment();
    }

    List<Sight> missing() {
        return Arrays.stream(Sight.values())
                .filter(sight -> counts[sight.ordinal()].sum() == 0)
                .toList();
    }

    @Override
    public String toString() {
        return Arrays.stream(Sight.values())
                .map(sight -> sight + " " + counts[sight.ordinal()].sum())
                .collect(Collectors.joining(", "));
    }
}
