package io.anabranch.stream.propagation;

import io.anabranch.graph.Ownership;
import io.anabranch.graph.PartitionGraph;
import java.util.Set;

/**
 * Keeps subscriptions equal to want, on both sides. This partition wants a vertex of another one iff it has a live in-edge from it;
 * it subscribes and unsubscribes while the record that changed the want is processed, so that both commit together.
 */
final class Subscriptions {
    private final Ownership ownership;
    private final PartitionGraph graph;
    private final HaloTable halo;
    private final Subscribers subscribers;
    private final ServedCopies served;
    private final Epochs epochs;
    private final Outbox outbox;
    private final Set<Fault> faults;

    Subscriptions(
            Ownership ownership,
            PartitionGraph graph,
            HaloTable halo,
            Subscribers subscribers,
            ServedCopies served,
            Epochs epochs,
            Outbox outbox,
            Set<Fault> faults) {
        this.ownership = ownership;
        this.graph = graph;
        this.halo = halo;
        this.subscribers = subscribers;
        this.served = served;
        this.epochs = epochs;
        this.outbox = outbox;
        this.faults = faults;
    }

    /**
     * Subscribes at the first live in-edge from a vertex of another partition; at the last unsubscribes and drops the entry.
     *
     * @return whether an entry was dropped
     */
    boolean adjust(int u) {
        if (graph.owned(u)) {
            return false;
        }
        boolean wanted = graph.outCount(u) > 0;
        boolean subscribed = halo.get(u) != null;
        int owner = ownership.ownerOf(graph.vertexId(u));
        if (wanted && !subscribed) {
            halo.put(u, HaloEntry.AWAITED);
            if (epochs.known()) {
                outbox.send(owner, new HaloMessage.Subscribe(graph.vertexId(u)));
            }
        } else if (!wanted && subscribed) {
            halo.remove(u);
            if (epochs.known() && !faults.contains(Fault.NO_UNSUBSCRIBE)) {
                outbox.send(owner, new HaloMessage.Unsubscribe(graph.vertexId(u)));
            }
            return true;
        }
        return false;
    }

    /** Makes the halo entries those of what is wanted, after a restart. Under exactly-once it finds nothing to do. */
    void sweep() {
        if (faults.contains(Fault.NO_SWEEP)) {
            return;
        }
        for (int u : halo.vertices()) {
            adjust(u);
        }
        graph.forEachWanted(this::adjust);
    }

    /** Tells the owners all that is wanted, after a restart in which any subscription or its end may have been lost. */
    void sync() {
        for (int u : halo.vertices()) {
            var entry = halo.get(u);
            Set<Long> held = entry == null ? Set.of() : entry.values().keySet();
            String id = graph.vertexId(u);
            outbox.send(ownership.ownerOf(id), new HaloMessage.Sync(id, held));
        }
    }

    /** A partition subscribes to an owned vertex, which exists from now on if it did not before. */
    void subscribe(int u, int partition, long epoch) {
        subscribers.subscribe(u, partition, epoch);
        served.forget(u, partition);
        adopt(u);
    }

    /**
     * A partition that has started anew says that it wants an owned vertex. Whatever it does not hold is sent to it again.
     *
     * @param held the versions of which it holds a value
     */
    void sync(int u, int partition, long epoch, Set<Long> held) {
        if (!subscribers.contains(u, partition)) {
            served.forget(u, partition);
        } else if (!faults.contains(Fault.SYNC_CLAIMS_TO_HAVE)
                && !(faults.contains(Fault.SYNC_CLAIMS_ALL_VERSIONS) && !held.isEmpty())) {
            served.forgetAllBut(held, u, partition);
        }
        subscribers.subscribe(u, partition, epoch);
        adopt(u);
    }

    void unsubscribe(int u, int partition) {
        subscribers.unsubscribe(u, partition);
        served.forget(u, partition);
        adopt(u);
    }

    void restore(int u, int partition, long epoch) {
        subscribers.restore(u, partition, epoch);
        adopt(u);
    }

    private void adopt(int u) {
        boolean any = subscribers.of(u) != null;
        if (!any || !faults.contains(Fault.SUBSCRIBERS_MAKE_NOTHING_EXIST)) {
            graph.setSubscribed(u, any);
        }
    }
}
