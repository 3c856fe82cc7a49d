package io.anabranch.standalone;

/** What a started instance is for: run on a thread of its own while everything serves. */
@FunctionalInterface
public interface Work {

    /** Returned to say that the instance goes on serving until it is stopped from outside. */
    int KEEP_SERVING = -1;

    /**
     * Does the work.
     *
     * @return the process's exit code, or {@link #KEEP_SERVING}
     */
    int whileServing(Instance instance) throws InterruptedException;
}
