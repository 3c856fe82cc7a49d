package io.anabranch.graph.hag;

import org.jspecify.annotations.Nullable;

/** Computation graphs of a graph's rows that somebody has already, so that {@link io.anabranch.graph.hag.choice.GraphPlans} needs no search. Safe for any thread. */
@FunctionalInterface
public interface KnownHags {

    /** Nobody has any. */
    KnownHags NONE = mode -> null;

    /**
     * The computation graph that covers exactly the rows of this mode, or null if there is none; may wait for a search that is under
     * way.
     *
     * @throws java.util.concurrent.CancellationException if interrupted while waiting
     */
    @Nullable
    Hag find(HagOptions.Mode mode);
}
