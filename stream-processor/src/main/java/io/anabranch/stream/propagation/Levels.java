package io.anabranch.stream.propagation;

import java.util.Set;

/** Raises the coverage of the live versions as marks of the peers allow, and tells it. */
final class Levels {
    private final Coverage coverage;
    private final Versions versions;
    private final Emissions emissions;
    private final Outbox outbox;
    private final Set<Fault> faults;
    private boolean pending;

    Levels(Coverage coverage, Versions versions, Emissions emissions, Outbox outbox, Set<Fault> faults) {
        this.coverage = coverage;
        this.versions = versions;
        this.emissions = emissions;
        this.outbox = outbox;
        this.faults = faults;
    }

    /** A peer's mark; it counts after the next batch. */
    void mark(int from, HaloMessage.Mark mark) {
        if (!versions.retired(mark.modelVersion())) {
            coverage.mark(from, mark.modelVersion(), mark.level());
            pending = true;
        }
    }

    /** Answers a peer that has started anew. */
    void tell(int peer) {
        for (long version : versions.live()) {
            if (coverage.told(version) > Coverage.NONE) {
                outbox.send(peer, new HaloMessage.Mark(version, coverage.told(version)));
            }
        }
    }

    /** The live versions have changed; it counts after the next batch. */
    void versionsChanged() {
        pending = true;
    }

    boolean pending() {
        return pending;
    }

    /** When nothing that was read is still to be taken up. */
    void raise() {
        pending = false;
        for (var engine : versions.engines()) {
            long version = engine.model().version();
            coverage.raise(version, engine.model().layers(), !faults.contains(Fault.NO_MARKS), this::reached);
        }
    }

    /** A mark goes out behind the values that it vouches for, coverage behind the embeddings. */
    private void reached(long modelVersion, int level, boolean complete) {
        emissions.whenSent(() -> {
            if (coverage.tell(modelVersion, level)) {
                outbox.sendToPeers(new HaloMessage.Mark(modelVersion, level));
                if (complete) {
                    outbox.coverage(modelVersion);
                }
            }
        });
    }
}
