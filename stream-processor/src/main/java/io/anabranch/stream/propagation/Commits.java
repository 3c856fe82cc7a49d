package io.anabranch.stream.propagation;

import io.anabranch.graph.PartitionGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What waits for a commit that is known to have succeeded: actions, gossip, and forgetting.
 *
 * <p>Tombstones are forgotten in two steps: listed after one commit while nothing is pending, so that everything that follows from them has
 * been sent, and removed after the next if they are still the same, since by then it has been committed. Dead edges go when no update of their
 * time is accepted here any more, deletes of nodes when that holds for every partition; a crash takes no clock back behind the commit
 * that both rest on.
 */
final class Commits {
    /** Registers of each kind that one call looks at: well below a millisecond. */
    private static final int MOST_AT_ONCE = 10_000;

    private final PartitionGraph graph;
    private final Publications publications;
    private final TaskLedger ledger;
    private final LogClock clock;
    private final PeerClocks peerClocks;
    private final Outbox outbox;
    private final Set<Fault> faults;

    private List<Runnable> covered = List.of();
    private List<Runnable> open = new ArrayList<>();
    /** As they were at the last call. */
    private long time = LogClock.NO_TIME;

    private long position;
    private long gossiped = LogClock.NO_TIME;
    private boolean listed;

    Commits(
            PartitionGraph graph,
            Publications publications,
            TaskLedger ledger,
            LogClock clock,
            PeerClocks peerClocks,
            Outbox outbox,
            Set<Fault> faults) {
        this.graph = graph;
        this.publications = publications;
        this.ledger = ledger;
        this.clock = clock;
        this.peerClocks = peerClocks;
        this.outbox = outbox;
        this.faults = faults;
    }

    /** Runs the action when a commit has covered what was sent and stored up to now. */
    void afterNext(Runnable action) {
        open.add(action);
    }

    /** Whether something is listed to be forgotten after the next commit. */
    boolean forgets() {
        return listed || publications.forgets();
    }

    /**
     * A commit has covered everything up to the last call.
     *
     * @param nextPosition next offset of the updates topic
     * @param idle whether no batch is open and nothing waits to be sent
     */
    void committed(long nextPosition, boolean idle) {
        covered.forEach(Runnable::run);
        covered = open;
        open = new ArrayList<>();
        clock.committed(position);
        publications.forgetListed();
        if (listed) {
            graph.forgetListed();
            listed = false;
        }
        gossip();
        if (idle || faults.contains(Fault.FORGOTTEN_WHILE_PENDING)) {
            list();
        }
        if (faults.contains(Fault.FORGOTTEN_IN_ONE_STEP)) {
            publications.forgetListed();
            graph.forgetListed();
        }
        time = clock.time();
        position = nextPosition;
    }

    /** Nothing is open, and nothing waits to be sent: whoever kept no tombstones would forget them here. */
    void idle() {
        if (faults.contains(Fault.NO_EDGE_TOMBSTONES)) {
            graph.listForgettable(Long.MAX_VALUE, LogClock.NO_TIME, Integer.MAX_VALUE);
            graph.forgetListed();
        }
        if (faults.contains(Fault.NO_NODE_TOMBSTONES)) {
            graph.listForgettable(LogClock.NO_TIME, Long.MAX_VALUE, Integer.MAX_VALUE);
            graph.forgetListed();
        }
    }

    private void gossip() {
        long reached = faults.contains(Fault.GOSSIP_AHEAD_OF_COMMIT) ? clock.time() : time;
        if (reached > gossiped && clock.horizon(reached) != LogClock.NO_TIME) {
            gossiped = reached;
            outbox.sendToPeers(new HaloMessage.Gossip(reached));
        }
    }

    private void list() {
        if (!ledger.lapsed()) {
            publications.listGone();
        }
        long own = clock.horizon(time);
        if (own != LogClock.NO_TIME) {
            long least = faults.contains(Fault.PEER_CLOCKS_IGNORED) ? time : peerClocks.least(time);
            listed = graph.listForgettable(own, clock.horizon(least), MOST_AT_ONCE) > 0;
        }
    }
}
