package io.anabranch.graph;

import io.anabranch.graph.adjacency.EdgeTable;
import io.anabranch.graph.adjacency.ExpiryHeap;

/** What the register of an edge held before a write. Used again and again. */
final class EdgeBefore {

    private boolean exists;
    private boolean live;
    private long time;
    private float weight;
    private Provenance provenance = Provenance.OBSERVED;
    private long expiry;

    void none() {
        exists = false;
        live = false;
    }

    void read(EdgeTable edges, ExpiryHeap expiries, int slot) {
        exists = true;
        live = edges.live(slot);
        time = edges.time(slot);
        weight = edges.weight(slot);
        provenance = edges.learned(slot) ? Provenance.LEARNED : Provenance.OBSERVED;
        expiry = expiries.expiry(slot);
    }

    boolean live() {
        return live;
    }

    /** Whether the register held this already. Tombstones of one time are the same. */
    boolean is(FactJournal.EdgeFact fact) {
        return exists
                && time == fact.time()
                && live == fact.live()
                && (!live
                        || Float.floatToIntBits(weight) == Float.floatToIntBits(fact.weight())
                                && provenance == fact.provenance()
                                && expiry == fact.expiry());
    }
}
