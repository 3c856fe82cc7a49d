package io.anabranch.stream.propagation;

import java.util.ArrayList;
import java.util.List;

/** What waits for a commit that is known to have succeeded. */
final class Commits {
    private final Publications publications;
    private final TaskLedger ledger;
    private List<Runnable> covered = List.of();
    private List<Runnable> open = new ArrayList<>();

    Commits(Publications publications, TaskLedger ledger) {
        this.publications = publications;
        this.ledger = ledger;
    }

    /** Runs the action when a commit has covered what was sent and stored up to now. */
    void afterNext(Runnable action) {
        open.add(action);
    }

    /** Whether something is listed to be forgotten after the next commit. */
    boolean forgets() {
        return publications.forgets();
    }

    /**
     * A commit has covered everything up to the last call.
     *
     * @param idle whether no batch is open and nothing waits to be sent
     */
    void committed(boolean idle) {
        covered.forEach(Runnable::run);
        covered = open;
        open = new ArrayList<>();
        publications.forgetListed();
        if (idle && !ledger.lapsed()) {
            publications.listGone();
        }
    }
}
