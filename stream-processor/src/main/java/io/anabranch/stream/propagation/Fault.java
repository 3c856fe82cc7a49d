package io.anabranch.stream.propagation;

/** A rule that tests switch off, to show that the tests notice. Production code runs with none. */
enum Fault {
    /** New edges enter the accumulators of the first layer only. */
    ADDS_AT_FIRST_LAYER_ONLY,
    /** A removed edge takes the source's new message out instead of the one that went in. */
    REMOVES_WITH_NEW_MESSAGE,
    /** A new edge of a moved source brings its new message, and the move adds the difference once more. */
    ADDS_COUNTED_TWICE,
    /** A vertex whose own value changed is not recomputed. */
    SELF_TERM_MISSING,
    /** A changed in-degree changes no message. */
    DEGREE_MOVERS_IGNORED,
    /** A new weight leaves the accumulators alone. */
    REWEIGHTS_IGNORED,
    /** Edges are not judged against the delete time that a VALUE brings. */
    DEAD_EDGES_NOT_BURIED,
    /** The answer to a SUBSCRIBE leaves the delete time out. */
    NO_DELETE_TIME_IN_ANSWER,
    /** A delete is not told to those who subscribe already. */
    NO_DELETE_TIME_TO_SUBSCRIBERS,
    /** A subscriber does not make a vertex exist. */
    SUBSCRIBERS_MAKE_NOTHING_EXIST,
    /** A changed in-degree is not sent. */
    IN_DEGREE_NOT_SENT,
    /** The last in-edge from a source ends without UNSUBSCRIBE. */
    NO_UNSUBSCRIBE,
    /** Values of a version that is not known yet are dropped. */
    UNKNOWN_VERSIONS_DROPPED,
    /** Coverage is reported without waiting for the peers' marks. */
    NO_MARKS,
    /** A batch that was deferred over a commit is not made up for at restart. */
    NO_REEMISSION
}
