package io.anabranch.stream;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.jboss.logging.Logger;

/**
 * Stream threads that do not know what became of their last commit or of a record that they sent.
 *
 * <p>Kafka Streams 4.1 calls such tasks corrupted: it closes them, makes them anew and notes that their input must be read again
 * from the committed positions. If a rebalance ends before the thread comes to do so, and it asks for one itself, the note is
 * lost, and what was read and not committed is skipped for good ({@code CommitHookIT}; docs/adr/0009). Therefore such a thread
 * is told, at its next poll, that all its tasks have gone elsewhere: the way of a zombie, which gives them up, gets a new
 * producer (that settles the open transaction), joins the group again and begins at the committed positions.
 *
 * <p>A thread's consumer and producer are called by that thread alone; callbacks of sends come from another. Thread-safe.
 */
final class Doubts {

    private static final Logger LOG = Logger.getLogger(Doubts.class);

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Notes a failure of a send or commit of this stream thread; other failures are told to Kafka Streams well enough. */
    void failed(Thread thread, Exception failure) {
        if (failure instanceof RetriableException) {
            LOG.warnf("The outcome of a send or commit of %s is unknown: %s", thread.getName(), failure.getMessage());
            threads.add(thread);
        }
    }

    /**
     * To be called by a stream thread before it goes on.
     *
     * @throws TaskMigratedException once, if it is in doubt
     */
    void refuse() {
        if (threads.remove(Thread.currentThread())) {
            throw new TaskMigratedException(
                    "A send or commit failed with an unknown outcome; everything is read again from the last commit.");
        }
    }
}
