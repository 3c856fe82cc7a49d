package io.anabranch.stream.propagation;

import java.util.BitSet;
import java.util.Set;

/**
 * Peers that have started anew and wait to hear how far this partition is. They are told behind the answers to the subscriptions that they
 * made before they asked: what a mark or a frontier vouches for has been sent before it.
 */
final class Newcomers {
    private final Levels levels;
    private final Progress progress;
    private final Emissions emissions;
    private final Set<Fault> faults;
    private final BitSet waiting = new BitSet();

    Newcomers(Levels levels, Progress progress, Emissions emissions, Set<Fault> faults) {
        this.levels = levels;
        this.progress = progress;
        this.emissions = emissions;
        this.faults = faults;
    }

    void add(int peer) {
        if (faults.contains(Fault.END_ANSWERED_AT_ONCE)) {
            tell(peer);
        } else {
            waiting.set(peer);
        }
    }

    /** A batch has run; its answers are queued. */
    void batchHasRun() {
        waiting.stream().forEach(peer -> emissions.whenSent(() -> tell(peer)));
        waiting.clear();
    }

    private void tell(int peer) {
        levels.tell(peer);
        progress.tell(peer);
    }
}
