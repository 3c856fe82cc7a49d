package io.anabranch.stream.propagation;

import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The incarnation of this task, which every record carries, and the greatest seen of each peer: a record of an earlier one is dropped. No other
 * number orders records; their place in the log does.
 *
 * <p>Under exactly-once a counter in the state is enough, since it goes back together with what was sent under it. Under at-least-once it could
 * go back alone. There the task sends HELLO to itself and takes the offset at which it finds it: offsets grow, so the epoch is above those of
 * all earlier lives without a clock or anybody's help.
 */
final class Epochs {
    private static final String CURRENT = "epoch";
    /** The greatest epoch that was counted; those by offset are on top of it, so that they are greater after a change of the guarantee. */
    private static final String COUNTED = "epoch.counted";

    private static final String PEER = "epoch.peer.";
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final TaskLedger ledger;
    private final Guarantee guarantee;
    private final long nonce;
    private final Set<Fault> faults;
    private final long[] peers;
    private long current = UNKNOWN;

    /** @param nonce tells the HELLO of this life from those of earlier ones */
    Epochs(TaskLedger ledger, PartitionConfig config, long nonce, Set<Fault> faults) {
        this.ledger = ledger;
        this.guarantee = config.guarantee();
        this.nonce = nonce;
        this.faults = faults;
        peers = new long[config.ownership().partitions()];
    }

    /** After the ledger is restored. */
    void restored() {
        Arrays.setAll(
                peers, peer -> guarantee == Guarantee.AT_LEAST_ONCE ? ledger.number(PEER + peer, UNKNOWN) : UNKNOWN);
    }

    boolean known() {
        return current != UNKNOWN;
    }

    long current() {
        return current;
    }

    void count() {
        current = Math.max(ledger.number(COUNTED, 0), ledger.number(CURRENT, 0)) + 1;
        ledger.store(COUNTED, current);
        ledger.store(CURRENT, current);
    }

    HaloMessage.Hello hello() {
        return new HaloMessage.Hello(nonce);
    }

    /**
     * Takes the epoch from the offset of this life's HELLO.
     *
     * @return false: it is the HELLO of another life
     */
    boolean found(HaloMessage.Hello hello, long offset) {
        if (known() || hello.nonce() != nonce) {
            return false;
        }
        if (faults.contains(Fault.EPOCHS_COUNTED_IN_STATE)) {
            count();
            return true;
        }
        current = faults.contains(Fault.EPOCHS_BY_NONCE)
                ? new SplittableRandom(nonce).nextLong(1, Long.MAX_VALUE)
                : ledger.number(COUNTED, 0) + offset + 1;
        ledger.store(CURRENT, current);
        return true;
    }

    /** How a record's epoch stands to the greatest seen of its sender. */
    enum Incarnation {
        DEAD,
        PRESENT,
        NEW
    }

    /**
     * Takes note of the epoch of a record.
     *
     * @throws IllegalArgumentException if there is no such partition
     */
    Incarnation see(int from, long epoch) {
        if (from >= peers.length) {
            throw new IllegalArgumentException("The sending partition (%d) must be below the number of partitions (%d)."
                    .formatted(from, peers.length));
        }
        if (epoch <= peers[from]) {
            return epoch == peers[from] ? Incarnation.PRESENT : Incarnation.DEAD;
        }
        peers[from] = epoch;
        if (guarantee == Guarantee.AT_LEAST_ONCE) {
            ledger.store(PEER + from, epoch);
        }
        return Incarnation.NEW;
    }
}
