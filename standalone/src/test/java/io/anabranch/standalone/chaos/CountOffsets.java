package io.anabranch.standalone.chaos;

import io.anabranch.event.v1.GraphEvent;
import io.anabranch.standalone.chaos.Ledger.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The counts that the counters of {@link Probes} were brought to, and where in the events topic that was acknowledged. */
final class CountOffsets {

    private final int greatest;
    /** By counter: offset to count. */
    private final List<NavigableMap<Long, Integer>> counts = new ArrayList<>();

    private CountOffsets(int greatest) {
        this.greatest = greatest;
        for (int counter = 0; counter < Probes.COUNTERS; counter++) {
            counts.add(new TreeMap<>());
        }
    }

    /** @param greatest count that was sent */
    static CountOffsets of(Ledger ledger, int greatest) {
        Map<String, Integer> ids = new HashMap<>();
        for (int count = 1; count <= greatest; count++) {
            ids.put(Probes.countId(Probes.counterOf(count), count), count);
        }
        CountOffsets all = new CountOffsets(greatest);
        for (Entry entry : ledger.entries()) {
            GraphEvent event = entry.draft().event();
            Integer count = event == null ? null : ids.get(event.getEventId());
            if (count != null && entry.acknowledged()) {
                all.counts.get(Probes.counterOf(count)).put(entry.offset(), count);
            }
        }
        return all;
    }

    int greatest() {
        return greatest;
    }

    /** Greatest count of the counter whose event lies at or below this offset of its partition; 0 where there is none. */
    int reflectedBy(int counter, long offset) {
        Map.Entry<Long, Integer> entry = counts.get(counter).floorEntry(offset);
        return entry == null ? 0 : entry.getValue();
    }
}
