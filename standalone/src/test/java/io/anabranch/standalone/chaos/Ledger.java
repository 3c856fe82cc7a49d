package io.anabranch.standalone.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * What the producer sent and what Kafka acknowledged: the only truth about the input that the verifier accepts. Any thread.
 *
 * <p>An entry without an acknowledgement may or may not be in the log. Every other entry must be there, exactly once and where
 * the acknowledgement said.
 */
final class Ledger {

    /** Header of an events record that carries the entry's number, so that equal events can be told apart. */
    static final String NUMBER_HEADER = "chaos.number";

    private static final long NOT_ACKNOWLEDGED = -1;

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One record that was sent.
     *
     * @param number place in the ledger
     * @param partition of the events topic
     * @param offset acknowledged offset, negative where no acknowledgement came
     */
    record Entry(int number, Draft draft, int partition, long offset) {

        boolean acknowledged() {
            return offset >= 0;
        }
    }

    /** Notes that a record is about to be sent; returns its number. */
    synchronized int sending(Draft draft, int partition) {
        int number = entries.size();
        entries.add(new Entry(number, draft, partition, NOT_ACKNOWLEDGED));
        return number;
    }

    synchronized void acknowledged(int number, long offset) {
        Entry entry = entries.get(number);
        entries.set(number, new Entry(number, entry.draft, entry.partition, offset));
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized int size() {
        return entries.size();
    }

    /** This ledger and one acknowledged entry more: for negative controls. */
    Ledger withOneMore(Draft draft, int partition, long offset) {
        Ledger more = new Ledger();
        more.entries.addAll(entries());
        more.acknowledged(more.sending(draft, partition), offset);
        return more;
    }
}
