package io.anabranch.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A journal that keeps the last fact per key, as a store does. */
final class MapJournal implements FactJournal {

    private final Map<Object, Fact> facts = new LinkedHashMap<>();
    private int writes;

    @Override
    public void write(Fact fact) {
        writes++;
        facts.put(
                switch (fact) {
                    case NodeFact node -> "node " + node.id();
                    case EdgeFact edge -> edge.edge();
                    case LabelFact label -> List.of(label.nodeId(), label.task());
                },
                fact);
    }

    List<Fact> facts() {
        return new ArrayList<>(facts.values());
    }

    int writes() {
        return writes;
    }
}
