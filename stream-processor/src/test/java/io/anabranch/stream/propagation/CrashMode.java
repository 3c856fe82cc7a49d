package io.anabranch.stream.propagation;

/** What is left of a task that dies. */
enum CrashMode {
    /** Nobody dies. */
    NONE(Guarantee.EXACTLY_ONCE),
    /** State, outputs and position go back to one commit. */
    EXACTLY_ONCE(Guarantee.EXACTLY_ONCE),
    /** The changelog and each output partition keep the commit and a prefix of what came later, each its own; the local state is discarded. */
    ONE_STORE(Guarantee.AT_LEAST_ONCE),
    /** So does the changelog of each kind of key. */
    SEPARATE_STORES(Guarantee.AT_LEAST_ONCE),
    /** Halo records of the dead instance surface long after. */
    ZOMBIES(Guarantee.AT_LEAST_ONCE),
    /** The local state is used again, although it may be ahead of its changelog: what production must not do. */
    LOCAL_STATE_KEPT(Guarantee.AT_LEAST_ONCE);

    final Guarantee guarantee;

    CrashMode(Guarantee guarantee) {
        this.guarantee = guarantee;
    }

    boolean atLeastOnce() {
        return guarantee == Guarantee.AT_LEAST_ONCE;
    }
}
