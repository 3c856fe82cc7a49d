package io.anabranch.stream.propagation;

import io.anabranch.graph.GraphDelta;
import io.anabranch.graph.PartitionGraph;

/**
 * The records that were taken in and whose effect on values is still to come. It may run after a commit: the first record stores that
 * something is pending, before anything is sent on its behalf. A batch that has more edges to bury than one run may stays open.
 */
final class Batch {
    private final PartitionGraph graph;
    private final Subscriptions subscriptions;
    private final Versions versions;
    private final Obligations obligations;
    private final Assertions assertions;
    private final FreshnessTracker freshness;
    private final TaskLedger ledger;
    private final int burialLimit;
    private final VertexSet haloChanged = new VertexSet();
    private boolean open;
    private int records;
    private long runs;

    Batch(
            PartitionGraph graph,
            Subscriptions subscriptions,
            Versions versions,
            Obligations obligations,
            Assertions assertions,
            FreshnessTracker freshness,
            TaskLedger ledger,
            int burialLimit) {
        this.graph = graph;
        this.subscriptions = subscriptions;
        this.versions = versions;
        this.obligations = obligations;
        this.assertions = assertions;
        this.freshness = freshness;
        this.ledger = ledger;
        this.burialLimit = burialLimit;
    }

    void open(PartitionInput input) {
        freshness.include(input.acceptedTimeMs(), input.eventTimeMs());
        open();
    }

    void open(HaloEnvelope envelope) {
        freshness.include(envelope.accepted(), envelope.eventTimeMs());
        open();
    }

    private void open() {
        if (!open) {
            open = true;
            ledger.pending(true);
        }
    }

    /** The copy of a vertex of another partition has changed or was dropped. */
    void haloChanged(int u) {
        haloChanged.add(u);
    }

    /** Subscribes to what the record, or a slice of burials, made wanted, and unsubscribes from what it made unwanted. */
    void settleWants() {
        graph.takeWantChanges(u -> {
            if (subscriptions.adjust(u)) {
                haloChanged(u);
            }
        });
    }

    /** A record has been taken in wholly. */
    void taken() {
        records++;
    }

    int records() {
        return records;
    }

    boolean isOpen() {
        return open;
    }

    /** Brings every engine up to the registers and the halo, and queues what changed. */
    void run() {
        runs++;
        graph.buryPending(burialLimit);
        settleWants();
        GraphDelta delta = graph.drainDelta();
        for (var engine : versions.engines()) {
            engine.apply(delta, haloChanged, obligations.recomputed());
            assertions.check(engine);
            obligations.settle(engine, delta);
        }
        if (versions.engines().isEmpty()) {
            obligations.settleStructure(delta);
        }
        obligations.bury(delta, versions.live());
        obligations.clear();
        close();
    }

    /** The engines are about to start from the present state, so what led to it is no change. */
    void includeInStart() {
        close();
    }

    private void close() {
        haloChanged.clear();
        records = 0;
        open = graph.burialsPending();
        freshness.closeBatch();
    }

    long runs() {
        return runs;
    }
}
