package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A journal that keeps the last fact per key, as a store does, and checks what it is told of each write. */
final class MapJournal implements FactJournal {

    private final Map<FactKey, Fact> facts = new LinkedHashMap<>();
    private int writes;

    @Override
    public void write(Fact fact, boolean shows) {
        writes++;
        Fact before = facts.put(fact.key(), fact);
        boolean lived = before != null && lives(before);
        if (lived != lives(fact) || lived && !seen(fact).equals(seen(Objects.requireNonNull(before)))) {
            assertThat(shows).as("%s after %s shows", fact, before).isTrue();
        }
        if (!lived && !lives(fact)) {
            assertThat(shows).as("%s after %s does not show", fact, before).isFalse();
        }
        if (fact instanceof EdgeFact) {
            assertThat(fact).as("a write that changes nothing").isNotEqualTo(before);
        }
    }

    private static boolean lives(Fact fact) {
        return switch (fact) {
            case NodeFact node -> node.present();
            case EdgeFact edge -> edge.live();
            case LabelFact label -> label.label() != null;
            // Of histories nobody is told.
            case StepFact step -> false;
        };
    }

    /** Without the delete time. */
    private static Fact seen(Fact fact) {
        return fact instanceof NodeFact(var id, var time, var alive, var type, var features, var ignored, var columns)
                ? new NodeFact(id, time, alive, type, features, PartitionGraph.NEVER, columns)
                : fact;
    }

    @Override
    public void forget(FactKey key) {
        assertThat(facts.remove(key)).as("the forgotten fact %s", key).isNotNull();
    }

    List<Fact> facts() {
        return new ArrayList<>(facts.values());
    }

    int writes() {
        return writes;
    }
}
