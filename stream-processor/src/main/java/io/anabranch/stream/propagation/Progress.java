package io.anabranch.stream.propagation;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Raises the {@link Frontier} after batches and tells it: to peers level by level, and to readers of the embeddings at the level at
 * which the deepest live model is exact.
 *
 * <p>While a version that was emitted once is not live here (a life that has not heard of it yet), nothing is raised: its values stand
 * still.
 */
final class Progress {
    private final Frontier frontier;
    private final Versions versions;
    private final TaskLedger ledger;
    private final Emissions emissions;
    private final Outbox outbox;
    private final Guarantee guarantee;
    private final Set<Fault> faults;
    /** At which embeddings are exact. */
    private int level;

    private EventPositions told;
    private boolean pending;
    /** Nothing was raised, because embeddings of some version stood still. */
    private boolean heldBack;
    /** What is said once everything that was queued before has been sent; null: nothing. Whatever is taken back meanwhile drops it. */
    private @Nullable List<EventPositions> staged;

    Progress(
            Frontier frontier,
            Versions versions,
            TaskLedger ledger,
            Emissions emissions,
            Outbox outbox,
            Guarantee guarantee,
            Set<Fault> faults) {
        this.frontier = frontier;
        this.versions = versions;
        this.ledger = ledger;
        this.emissions = emissions;
        this.outbox = outbox;
        this.guarantee = guarantee;
        this.faults = faults;
        told = frontier.read();
    }

    /**
     * Takes up what the last life had read. What it had reached is not kept: that would be a promise about records of which a crash may
     * have taken back some.
     */
    void begin() {
        switch (guarantee) {
            case EXACTLY_ONCE -> {
                ledger.forEachClock(frontier::read);
                pending = true;
            }
            // Registers may be behind what was read, and embeddings go back to an earlier state.
            case AT_LEAST_ONCE -> outbox.progress(told);
        }
        level = ledger.progressLevel();
    }

    /** A CLOCK; it counts after the next batch. */
    void clock(ClockTick tick) {
        var before = frontier.read();
        frontier.read(tick.eventsPartition(), tick.eventsPosition());
        if (frontier.read() != before) {
            ledger.clock(tick.eventsPartition(), tick.eventsPosition());
            pending = true;
        }
        if (faults.contains(Fault.FRONTIER_AHEAD_OF_BATCH)) {
            tell(reachable());
        }
    }

    /** A peer's frontier; it counts after the next batch. */
    void peer(int from, HaloMessage.Frontier said) {
        frontier.peer(from, said.level(), said.positions());
        pending = true;
        if (faults.contains(Fault.FRONTIER_AHEAD_OF_BATCH)) {
            tell(reachable());
        }
    }

    /**
     * A peer has started anew. Under at-least-once its values may go back to an earlier state, and so may all that was made of them:
     * what rests on its word is taken back, before anything else is sent.
     */
    void renewed(int peer) {
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            frontier.forget(peer);
            takeBack();
            pending = true;
        }
    }

    /** Answers a peer that has started anew. */
    void tell(int peer) {
        for (int l = 0; l < frontier.levels(); l++) {
            outbox.send(peer, new HaloMessage.Frontier(l, frontier.reached(l)));
        }
    }

    /** To be called after every change of the live versions: a deeper model takes back what its embeddings do not reflect yet. */
    void versionsChanged() {
        int required = requiredLevel();
        boolean deeper = required > level;
        if (required != level) {
            level = required;
            ledger.progressLevel(required);
        }
        staged = null;
        if (deeper) {
            takeBack();
            // Also where this life has said nothing yet: the last one may have.
            outbox.progress(told);
        }
        pending = true;
    }

    /** A version that stood still may have got its tombstones since, which no record says. */
    boolean pending() {
        return pending || heldBack && !ledger.lapsed() && !faults.contains(Fault.FRONTIER_NOT_RAISED_AFTER_WITHDRAWAL);
    }

    /** Everything that was read by now has been taken in by a batch; what that changed is queued. */
    void raise() {
        if (staged != null) {
            // Later: what was read since waits for what is queued since.
            return;
        }
        pending = false;
        heldBack = ledger.lapsed() && !faults.contains(Fault.FRONTIER_WITHOUT_ALL_VERSIONS);
        if (heldBack) {
            return;
        }
        var levels = reachable();
        if (faults.contains(Fault.FRONTIER_AHEAD_OF_QUEUE)) {
            tell(levels);
            return;
        }
        staged = levels;
        emissions.whenSent(() -> {
            if (staged == levels) {
                staged = null;
                tell(levels);
            }
        });
    }

    private void takeBack() {
        staged = null;
        tell(lowered());
    }

    private List<EventPositions> reachable() {
        return frontier.reachable(level, !faults.contains(Fault.FRONTIER_TRUSTS_NOBODY));
    }

    private List<EventPositions> lowered() {
        var levels = reachable();
        for (int l = 0; l < level; l++) {
            levels.set(l, levels.get(l).min(frontier.reached(l)));
        }
        levels.set(level, levels.get(level).min(told));
        return levels;
    }

    private void tell(List<EventPositions> levels) {
        for (int l = 0; l < level; l++) {
            if (!levels.get(l).equals(frontier.reached(l))) {
                frontier.reach(l, levels.get(l));
                outbox.sendToPeers(new HaloMessage.Frontier(l, levels.get(l)));
            }
        }
        if (!levels.get(level).equals(told)) {
            told = levels.get(level);
            outbox.progress(told);
        }
    }

    private int requiredLevel() {
        int required = Frontier.levelOf(1, false);
        for (var engine : versions.engines()) {
            required = Math.max(
                    required,
                    Frontier.levelOf(
                            engine.model().layers(),
                            engine.model().inDegreeMatters()
                                    && !faults.contains(Fault.FRONTIER_IN_DEGREES_NOT_WAITED_FOR)));
        }
        if (faults.contains(Fault.FRONTIER_SUBSCRIPTIONS_NOT_WAITED_FOR)) {
            return versions.depth();
        }
        return faults.contains(Fault.FRONTIER_EXISTENCE_NOT_WAITED_FOR) ? versions.depth() + 1 : required;
    }
}
