package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.Set;

/**
 * How a new life takes over what an earlier one has left.
 *
 * <p><b>Exactly once.</b> State, outputs and position are of one commit. What may be missing is what a deferred batch would have sent, and a
 * stored flag says whether there was one.
 *
 * <p><b>At least once.</b> Every store and every output partition holds the commit and some prefix of what came later, each its own. So nothing
 * that is stored implies that anything was sent, and the other way round: subscriptions are agreed upon anew (SYNC, END), and every
 * value, every embedding, and a tombstone for every marked vertex that does not exist are sent again. Until the task knows its epoch it takes
 * records in, but sends nothing.
 */
final class Restart {
    private final PartitionGraph graph;
    private final Subscriptions subscriptions;
    private final Obligations obligations;
    private final Versions versions;
    private final Batch batch;
    private final TaskLedger ledger;
    private final Epochs epochs;
    private final Outbox outbox;
    private final Set<Fault> faults;

    Restart(
            PartitionGraph graph,
            Subscriptions subscriptions,
            Obligations obligations,
            Versions versions,
            Batch batch,
            TaskLedger ledger,
            Epochs epochs,
            Outbox outbox,
            Set<Fault> faults) {
        this.graph = graph;
        this.subscriptions = subscriptions;
        this.obligations = obligations;
        this.versions = versions;
        this.batch = batch;
        this.ledger = ledger;
        this.epochs = epochs;
        this.outbox = outbox;
        this.faults = faults;
    }

    /** Exactly once: begins at once. */
    void fromOneCommit(LiveModels models) {
        epochs.count();
        boolean deferred = ledger.pending() && !faults.contains(Fault.NO_REEMISSION);
        outbox.sendToPeers(new HaloMessage.End(false));
        subscriptions.sweep();
        // The restored graph is no change, unless a stored edge had to be buried.
        deferred |= !graph.drainDelta().removedEdges().isEmpty();
        versions.retire(models.retired());
        ledger.lapseAllBut(models);
        versions.start(models, deferred);
        if (deferred && versions.engines().isEmpty()) {
            obligations.emitStructure();
        }
        batch.includeInStart();
    }

    /** At least once, first step: asks for the epoch. */
    void askForEpoch() {
        subscriptions.sweep();
        outbox.sendToItself(epochs.hello());
    }

    /** At least once, second step, when the epoch is known. */
    void fromAnyPrefix(LiveModels models) {
        versions.retire(models.retired());
        ledger.lapseAllBut(models);
        if (!faults.contains(Fault.NO_SYNC)) {
            subscriptions.sync();
        }
        outbox.sendToPeers(new HaloMessage.End(!faults.contains(Fault.NO_SYNC)));
        graph.drainDelta();
        batch.includeInStart();
        obligations.clear();
        versions.start(models, true);
        if (versions.engines().isEmpty()) {
            obligations.emitStructure();
        }
    }
}
