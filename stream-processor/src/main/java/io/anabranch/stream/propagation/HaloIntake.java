package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.Set;

/**
 * Records of the halo topic. Values and subscriptions are stored at once, the batch takes them up; marks are remembered until a batch
 * has taken in everything that came before them.
 */
final class HaloIntake {
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final Subscriptions subscriptions;
    private final Obligations obligations;
    private final Versions versions;
    private final Levels levels;
    private final Progress progress;
    private final Batch batch;
    private final Set<Fault> faults;

    HaloIntake(
            PartitionGraph graph,
            HaloTable halo,
            Subscriptions subscriptions,
            Obligations obligations,
            Versions versions,
            Levels levels,
            Progress progress,
            Batch batch,
            Set<Fault> faults) {
        this.graph = graph;
        this.halo = halo;
        this.subscriptions = subscriptions;
        this.obligations = obligations;
        this.versions = versions;
        this.levels = levels;
        this.progress = progress;
        this.batch = batch;
        this.faults = faults;
    }

    /** A record of the sender's present incarnation. */
    void take(HaloEnvelope envelope) {
        int from = envelope.from();
        switch (envelope.message()) {
            case HaloMessage.Value value -> {
                // Without an entry it is the tail of a subscription that has ended.
                int u = graph.ordinalOf(value.vertexId());
                var entry = u == PartitionGraph.NO_VERTEX ? null : halo.get(u);
                if (entry != null) {
                    batch.open(envelope);
                    take(u, entry, value);
                    batch.taken();
                }
            }
            case HaloMessage.Subscribe subscribe -> {
                batch.open(envelope);
                int u = graph.intern(subscribe.vertexId());
                subscriptions.subscribe(u, from);
                obligations.touch(u);
                obligations.answer(u, from);
                batch.taken();
            }
            case HaloMessage.Unsubscribe unsubscribe -> {
                batch.open(envelope);
                int u = graph.intern(unsubscribe.vertexId());
                subscriptions.unsubscribe(u, from);
                obligations.touch(u);
                obligations.cancelAnswer(u, from);
                batch.taken();
            }
            case HaloMessage.End ignored -> {
                levels.tell(from);
                progress.tell(from);
            }
            case HaloMessage.Mark mark -> levels.mark(from, mark);
            case HaloMessage.Frontier frontier -> progress.peer(from, frontier);
        }
    }

    private void take(int u, HaloEntry entry, HaloMessage.Value value) {
        var next = entry.deletedAt(value.deleteTime());
        if (versions.keeps(value.modelVersion())) {
            versions.requireFits(value);
            next = next.with(value.modelVersion(), new HaloValue(value.inDegree(), value.layers()));
        }
        halo.put(u, next);
        batch.haloChanged(u);
        if (!faults.contains(Fault.DEAD_EDGES_NOT_BURIED)) {
            graph.raiseDeleteTime(u, value.deleteTime());
            batch.settleWants();
        }
    }
}
