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
    private final Subscribers subscribers;
    private final PeerClocks peerClocks;
    private final Versions versions;
    private final Levels levels;
    private final Progress progress;
    private final Batch batch;
    private final Newcomers newcomers;
    private final Set<Fault> faults;

    HaloIntake(
            PartitionGraph graph,
            HaloTable halo,
            Subscriptions subscriptions,
            Obligations obligations,
            Subscribers subscribers,
            PeerClocks peerClocks,
            Versions versions,
            Levels levels,
            Progress progress,
            Batch batch,
            Newcomers newcomers,
            Set<Fault> faults) {
        this.graph = graph;
        this.halo = halo;
        this.subscriptions = subscriptions;
        this.obligations = obligations;
        this.subscribers = subscribers;
        this.peerClocks = peerClocks;
        this.versions = versions;
        this.levels = levels;
        this.progress = progress;
        this.batch = batch;
        this.newcomers = newcomers;
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
                subscriptions.subscribe(u, from, envelope.epoch());
                obligations.touch(u);
                obligations.answer(u, from);
                batch.taken();
            }
            case HaloMessage.Unsubscribe unsubscribe -> {
                batch.open(envelope);
                unsubscribe(graph.intern(unsubscribe.vertexId()), from);
                batch.taken();
            }
            case HaloMessage.Sync sync -> {
                batch.open(envelope);
                int u = graph.intern(sync.vertexId());
                subscriptions.sync(u, from, envelope.epoch(), sync.held());
                obligations.touch(u);
                obligations.answer(u, from);
                batch.taken();
            }
            case HaloMessage.End end -> {
                batch.open(envelope);
                if (end.synced() && !faults.contains(Fault.END_DROPS_NOTHING)) {
                    for (int u : subscribers.unacknowledged(from, envelope.epoch())) {
                        unsubscribe(u, from);
                    }
                }
                newcomers.add(from);
                batch.taken();
            }
            case HaloMessage.Mark mark -> levels.mark(from, mark);
            case HaloMessage.Frontier frontier -> progress.peer(from, frontier);
            case HaloMessage.Gossip gossip -> peerClocks.gossip(from, gossip.timeMs());
            case HaloMessage.Hello ignored ->
                throw new IllegalArgumentException(
                        "A HELLO must stay in its own partition, but came from %d.".formatted(from));
        }
    }

    private void unsubscribe(int u, int from) {
        subscriptions.unsubscribe(u, from);
        obligations.touch(u);
        obligations.cancelAnswer(u, from);
    }

    private void take(int u, HaloEntry entry, HaloMessage.Value value) {
        var next = entry.deletedAt(value.deleteTime());
        if (versions.keeps(value.modelVersion())) {
            versions.requireFits(value);
            var known = entry.value(value.modelVersion());
            if (value.layers().complete()) {
                next = next.with(value.modelVersion(), new HaloValue(value.inDegree(), value.layers()));
            } else if (known != null) {
                var layers = value.layers().over(known.layers());
                next = next.with(value.modelVersion(), new HaloValue(value.inDegree(), layers));
            }
            // Otherwise it builds on what the subscription before has received, and the whole follows.
        }
        halo.put(u, next);
        batch.haloChanged(u);
        if (!faults.contains(Fault.DEAD_EDGES_NOT_BURIED)) {
            graph.raiseDeleteTime(u, value.deleteTime());
            batch.settleWants();
        }
    }
}
