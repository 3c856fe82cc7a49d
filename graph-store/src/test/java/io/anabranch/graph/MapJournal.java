package io.anabranch.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A journal that keeps the last fact per key, as a store does. */
final class MapJournal implements FactJournal {

    private final Map<FactKey, Fact> facts = new LinkedHashMap<>();
    private int writes;

    @Override
    public void write(Fact fact) {
        writes++;
        facts.put(fact.key(), fact);
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
