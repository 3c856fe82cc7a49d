package io.anabranch.stream;

import io.anabranch.stream.propagation.Guarantee;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Tells, at the first call of a processor after a commit, that the commit has succeeded: see {@link CommitHook}. Under
 * at_least_once it also asks for the consumer's confirmation, since a commit that timed out does not end the task there.
 *
 * <p>Belongs to one life of a task.
 */
final class CommitWatch {

    private final CommitHook.Handle hook;
    private final LongSupplier confirmed;
    private final boolean confirmationNeeded;
    private boolean armed;
    private boolean committing;
    private long confirmedBefore;

    /** @param confirmed confirmed commits of this task's input so far; read under at_least_once only */
    CommitWatch(CommitHook commits, ProcessorContext<?, ?> context, Guarantee guarantee, LongSupplier confirmed) {
        this.confirmed = confirmed;
        this.confirmationNeeded = guarantee == Guarantee.AT_LEAST_ONCE;
        this.hook = commits.attach(context, this::beforeCommit);
    }

    private void beforeCommit() {
        armed = false;
        committing = true;
        confirmedBefore = confirmed.getAsLong();
    }

    /**
     * To be called first whenever the processor is called.
     *
     * @return whether everything that was done before this call is committed, and it was not said before
     */
    boolean hasCommitted() {
        if (!armed) {
            armed = true;
            hook.arm();
        }
        if (!committing) {
            return false;
        }
        committing = false;
        return !confirmationNeeded || confirmed.getAsLong() > confirmedBefore;
    }

    void close() {
        hook.detach();
    }
}
