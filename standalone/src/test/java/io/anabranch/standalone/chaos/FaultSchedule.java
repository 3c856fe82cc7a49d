package io.anabranch.standalone.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Seeded order of faults: rounds of every kind once, each round shuffled anew, and REBALANCE twice, so that who joined leaves.
 * The pause before a fault is drawn too, so that faults meet the system at work, at rest and in the middle of a recovery.
 * Infinite; one thread.
 */
final class FaultSchedule {

    private static final int SHORTEST_MS = 200;
    private static final int LONGEST_MS = 4_000;

    private final Random random;
    private final List<FaultKind> kinds;
    private final List<FaultKind> round = new ArrayList<>();
    private int roundsBegun;

    FaultSchedule(long seed, Collection<FaultKind> kinds) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("A schedule must have a kind of fault.");
        }
        this.random = new Random(seed);
        this.kinds = List.copyOf(kinds);
    }

    /**
     * A fault to come.
     *
     * @param pause time to leave the system alone before
     * @param choice non-negative; which of the processes it meets, modulo their number
     */
    record Fault(FaultKind kind, Duration pause, int choice) {}

    Fault next() {
        if (round.isEmpty()) {
            round.addAll(kinds);
            if (kinds.contains(FaultKind.REBALANCE)) {
                round.add(FaultKind.REBALANCE);
            }
            Collections.shuffle(round, random);
            roundsBegun++;
        }
        return new Fault(
                round.removeLast(),
                Duration.ofMillis(random.nextInt(SHORTEST_MS, LONGEST_MS)),
                random.nextInt(Integer.MAX_VALUE));
    }

    /** Whether every kind has come as often as every other. */
    boolean roundComplete() {
        return round.isEmpty() && roundsBegun > 0;
    }
}
